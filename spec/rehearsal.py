"""What the two sides of a rehearsal agree on: the command that runs it, and the embedded AWS."""

# Whom the rehearsal calls as: keys that open nothing anywhere else.
ACCESS_KEY_ID, SECRET_ACCESS_KEY = "rehearsal", "rehearsal"
