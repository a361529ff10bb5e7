"""Time in the embedded AWS: what a slow operation takes, and what happens when it is over.

A change that AWS makes later is a :class:`Transition`: plain data, so that the state of a
rehearsal can be saved with the changes that are still due. One thread carries them out, under the
same lock as every request.
"""

import heapq
import itertools
import math
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

from spec import facts


def parse_speed(text: str) -> float:
    """How many times faster than AWS; ``max`` is no waiting at all.

    Raises:
        ValueError: not a positive number and not ``max``.
    """
    if text == "max":
        return math.inf
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not speed > 0:
        raise ValueError(f"{text!r} is neither a positive number nor 'max'")
    return speed


@dataclass(frozen=True, order=True)
class Transition:
    """A change that is due at a time.

    Attributes:
        due: seconds since the epoch.
        serial: keeps changes that are due together in the order in which they were scheduled.
        kind: names the function that carries it out, see :meth:`Timeline.carries_out`.
        region: the region it happens in.
        subject: what it happens to, as ids and names.
    """

    due: float
    serial: int
    kind: str = field(compare=False)
    region: str = field(compare=False)
    subject: tuple[str, ...] = field(compare=False)


class Timeline:
    """What is due when; the lock of all state; the thread that makes time pass.

    Attributes:
        lock: held by whoever looks at or changes the state of the account.
        speed: what starts from now on takes its real duration divided by this.
        when_carried_out: called after each change that was carried out, under the lock.
        when_changed: called after each change, by a call or by time, under the lock.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.speed = math.inf
        self._changed = threading.Condition(self.lock)
        self._due: list[Transition] = []
        self._serials = itertools.count()
        self._carried_out_by: dict[str, Callable[..., None]] = {}
        self.when_carried_out: Callable[[], object] = lambda: None
        self.when_changed: Callable[[], object] = lambda: None

    def seconds(self, operation: str) -> float:
        """How long ``operation`` (a key of ``facts.durations()``) takes here, in seconds."""
        return facts.durations()[operation].seconds / self.speed

    def carries_out(self, kind: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
        """Decorate a function of ``(region, *subject)`` as the one that carries out ``kind``."""

        def register(function: Callable[..., None]) -> Callable[..., None]:
            self._carried_out_by[kind] = function
            return function

        return register

    def after(self, operation: str, kind: str, region: str, *subject: str) -> None:
        """Schedule ``kind`` for when ``operation``, which starts now, is over."""
        self.again(self.seconds(operation), kind, region, *subject)

    def again(self, seconds: float, kind: str, region: str, *subject: str) -> None:
        """Schedule ``kind`` anew, which had to wait for something that is not AWS.

        Args:
            seconds: from now, at any speed.
            kind: see :class:`Transition`.
            region: the same.
            subject: the same.
        """
        with self._changed:
            due = time.time() + seconds
            heapq.heappush(self._due, Transition(due, next(self._serials), kind, region, subject))
            self._changed.notify()

    def change(self, changed: Callable[[Transition], Transition | None]) -> int:
        """Replace what is still to come by what ``changed`` makes of it; how many it were.

        Args:
            changed: makes another transition of one; None leaves it as it is.
        """
        with self._changed:
            after = [(it, changed(it)) for it in self._due]
            self._due = sorted(new or old for old, new in after)
            self._changed.notify()
            return sum(new is not None for _, new in after)

    def pending(self) -> list[Transition]:
        """What is still to come. The caller holds the lock."""
        return list(self._due)

    def resume(self, pending: list[Transition]) -> None:
        """Go on with what another process had still to do; what is overdue happens at once."""
        with self._changed:
            self._due = sorted(pending)
            self._serials = itertools.count(max((it.serial for it in pending), default=-1) + 1)
            self._changed.notify()

    def start(self) -> None:
        """Let time pass, in a thread of its own."""
        threading.Thread(target=self._run, name="timeline", daemon=True).start()

    def _run(self) -> None:
        with self._changed:
            while True:
                while self._due and self._due[0].due <= time.time():
                    self._carry_out(heapq.heappop(self._due))
                self._changed.wait(self._due[0].due - time.time() if self._due else None)

    def _carry_out(self, change: Transition) -> None:
        try:
            self._carried_out_by[change.kind](change.region, *change.subject)
        except Exception:
            # Time goes on for everything else; the log shows what is broken.
            traceback.print_exc()
        self.when_carried_out()
        self.when_changed()


TIMELINE = Timeline()
