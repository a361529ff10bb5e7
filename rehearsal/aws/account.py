"""The account of a rehearsal."""

import os
from typing import Final

# moto's default, and the one AWS's own documentation uses.
DEFAULT: Final = "123456789012"
# What tells it to this process: it is settled before anything else of it is loaded.
VARIABLE: Final = "REHEARSAL_ACCOUNT"

ACCOUNT = os.environ.get(VARIABLE, DEFAULT)
