"""Ports of loopback that are ours from the moment they are chosen until they are let go."""

import socket

HOST = "127.0.0.1"


class Port:
    """A port that no program gets by chance, and one that is told to share its port can use.

    Between the choice of a port and the program that listens on it lie seconds, in which many a
    control plane may be looking for one. Until then a socket holds it that never listens.
    https://man7.org/linux/man-pages/man7/socket.7.html (SO_REUSEPORT)

    Args:
        wanted: The number, if that is free, and else any; 0 for any.

    Attributes:
        number: Of the port.
    """

    def __init__(self, wanted: int = 0) -> None:
        self._held = _hold(wanted) or _hold(0)
        if self._held is None:
            raise OSError("there is no free port")
        self.number = int(self._held.getsockname()[1])

    def hold(self) -> None:
        """Hold it again after it was let go, unless somebody has it."""
        self._held = self._held or _hold(self.number)

    def let_go(self) -> None:
        """Leave it to whoever wants it."""
        if self._held:
            self._held.close()
            self._held = None


def _hold(number: int) -> socket.socket | None:
    """A socket that holds a port, or None where somebody else has it."""
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # Who shares is let in where others share; whether the port is free one learns without.
        if number:
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((HOST, number))
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind((HOST, number))
    except OSError:
        held.close()
        return None
    return held
