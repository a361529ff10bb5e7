"""However pytest was started, the environment's own commands (pulumi, aws, python) come first.

And what tests start can be interrupted: in the background of a script it could not.
"""

import os
import signal
import sys
from pathlib import Path

os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
signal.signal(signal.SIGINT, signal.default_int_handler)
