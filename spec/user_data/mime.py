"""User data of several parts, in the format that cloud-init and nodeadm read.

https://cloudinit.readthedocs.io/en/latest/explanation/format.html#mime-multi-part-archive
"""

from collections.abc import Sequence
from email.message import Message
from email.mime.multipart import MIMEMultipart
from typing import NamedTuple

_BOUNDARY = "//"
"""Always the same; no line of a part can begin with `--//` unnoticed, see `multipart`."""


class Part(NamedTuple):
    """A part and what it is."""

    content_type: str
    text: str


def multipart(parts: Sequence[Part]) -> str:
    """The parts as one text whose bytes depend on nothing else.

    Raises:
        ValueError: A line of a part looks like a boundary, or has another end than all others.
    """
    whole = MIMEMultipart("mixed", boundary=_BOUNDARY)
    for part in parts:
        if f"--{_BOUNDARY}" in part.text:
            raise ValueError(f"a line holds --{_BOUNDARY}, which divides the parts of user data")
        if "\r" in part.text:
            raise ValueError("a line holds a carriage return, which user data cannot keep")
        message = Message()
        message["Content-Type"] = f'{part.content_type}; charset="utf-8"'
        message["MIME-Version"] = "1.0"
        message["Content-Transfer-Encoding"] = "8bit"
        message.set_payload(part.text)
        whole.attach(message)
    return whole.as_string()
