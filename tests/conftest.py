"""The environment's own commands (pulumi, aws, python) come first, however pytest was started."""

import os
import sys
from pathlib import Path

os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
