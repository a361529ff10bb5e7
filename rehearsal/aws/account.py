"""The account of a rehearsal."""

# moto's default, and the one AWS's own documentation uses.
ACCOUNT = "123456789012"
