"""When a plugin ends: at once, when the engine says so or is gone."""

import os
import signal
import threading
import time
from typing import Final

LOOK_SECONDS: Final = 1.0
"""How often a plugin looks whether its engine still lives."""


def end_with_engine() -> None:
    """End this process when it is interrupted, which is how engines end plugins, or orphaned.

    What is under way at an interrupt was called off before; a dead engine cannot be answered.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(0))
    threading.Thread(target=_outlive, args=(os.getppid(),), daemon=True).start()


def _outlive(engine: int) -> None:
    while os.getppid() == engine:
        time.sleep(LOOK_SECONDS)
    os._exit(0)
