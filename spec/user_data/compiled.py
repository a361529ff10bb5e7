"""The one way to user data, whatever the operating system."""

from spec import facts
from spec.model.user_data import UserDataSpec
from spec.user_data import bottlerocket, nodeadm, windows
from spec.user_data.node import Node

MOST_BYTES = 16 * 1024
"""https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html"""

_COMPILERS = {
    "nodeadm": nodeadm.user_data,
    "bottlerocket": bottlerocket.user_data,
    "powershell": windows.user_data,
}


def compiled(image: facts.AmiType, spec: UserDataSpec, node: Node) -> str | None:
    """The user data of a node; None: there is nothing to say."""
    return _COMPILERS[image.user_data](spec, node)


def size_of(user_data: str) -> int:
    """Bytes of user data as EC2 counts them, before base64."""
    return len(user_data.encode())
