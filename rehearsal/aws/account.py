"""The account of a rehearsal."""

import os

from spec.rehearsal import ACCOUNT_VARIABLE, DEFAULT_ACCOUNT

ACCOUNT = os.environ.get(ACCOUNT_VARIABLE, DEFAULT_ACCOUNT)
