"""Looks through a request for values that EKS's model does not allow.

https://github.com/boto/botocore/blob/1.44.5/botocore/data/eks/2017-11-01/service-2.json
"""

from collections.abc import Mapping
from typing import Any

from rehearsal.aws.eks.rules import values as rules

# Of which EKS was seen to answer in words of its own, or which rules of their own judge.
JUDGED_ELSEWHERE = {"LogType", "TaintEffect"}


def check(shape: Any, asked: Any, member: str = "") -> None:
    """Judge all values of a request.

    Args:
        shape: what botocore's model says of the request, or of a part of it.
        asked: the request, or the part.
        member: where the part is, as ``scalingConfig.minSize``; empty for the whole.

    Raises:
        EKSError: one is not allowed.
    """
    if shape is None or asked is None or shape.name in JUDGED_ELSEWHERE:
        return
    if shape.type_name == "structure" and isinstance(asked, Mapping):
        for name, value in asked.items():
            check(shape.members.get(name), value, f"{member}.{name}".lstrip("."))
    elif shape.type_name == "list" and isinstance(asked, list):
        for value in asked:
            check(shape.member, value, member)
    elif shape.type_name == "string" and shape.metadata.get("enum"):
        rules.word_is_known(member, str(asked), shape.metadata["enum"])
    elif shape.type_name in {"integer", "long"} and "max" in shape.metadata:
        rules.number_is_small_enough(member, int(asked), shape.metadata["max"])
