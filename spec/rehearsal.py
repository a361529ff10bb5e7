"""What the two sides of a rehearsal agree on: the command that runs it, and the embedded AWS."""

# Whom the rehearsal calls as: keys that open nothing anywhere else.
ACCESS_KEY_ID, SECRET_ACCESS_KEY = "rehearsal", "rehearsal"

# Other keys that the embedded AWS has made, for its provider alone: id, secret and session token,
# with colons between them.
CREDENTIALS_VARIABLE = "EKS_CLUSTER_REHEARSAL_CREDENTIALS"

DEFAULT_ACCOUNT = "123456789012"
"""The account of a rehearsal whose stack file names none; the one of AWS's own documentation."""

# What tells the embedded AWS its account: it is settled before anything else of it is loaded.
ACCOUNT_VARIABLE = "EKS_CLUSTER_REHEARSAL_ACCOUNT"
