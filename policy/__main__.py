"""The policy pack: Pulumi's engine starts it with `--policy-pack policy`."""

import sys
from pathlib import Path

# Whoever starts it puts this folder first, where `policy` is not found.
sys.path[0] = str(Path(__file__).resolve().parents[1])

from policy.pack.server import serve  # noqa: E402

serve()
