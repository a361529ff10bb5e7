"""The account of a rehearsal, and who rehearses."""

# moto's default, and the one AWS's own documentation uses.
ACCOUNT = "123456789012"
# What `python -m ops rehearse` calls with: keys that open nothing anywhere else.
ACCESS_KEY_ID, SECRET_ACCESS_KEY = "rehearsal", "rehearsal"
