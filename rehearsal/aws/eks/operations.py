"""The table of EKS's operations, which the modules of this package fill."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rehearsal.aws.eks.backend import EKS


@dataclass(frozen=True)
class Request:
    """A call of EKS.

    Attributes:
        eks: the account and region it is for.
        asked: its members, in the words of the API's model.
        caller: ARN of the IAM principal that made it.
    """

    eks: EKS
    asked: Mapping[str, Any]
    caller: str

    def __getitem__(self, member: str) -> Any:
        """A required member."""
        return self.asked[member]

    def get(self, member: str, default: Any = None) -> Any:
        """An optional member."""
        return self.asked.get(member, default)


Operation = Callable[[Request], Mapping[str, Any]]

# By the names that moto gives them: boto3's method names.
OPERATIONS: dict[str, Operation] = {}


def operation(function: Operation) -> Operation:
    """Serve the operation that boto3 calls by the function's name."""
    OPERATIONS[function.__name__] = function
    return function


# https://docs.aws.amazon.com/eks/latest/APIReference/API_ListClusters.html, of all lists alike
PAGE_SIZE = 100


def page(request: Request, member: str, items: list[Any]) -> Mapping[str, Any]:
    """One page of a list operation, and the token of the next one.

    The token is where the next page starts; AWS's are opaque, and no caller may read them.
    """
    start = int(request.get("nextToken") or 0)
    end = start + int(request.get("maxResults") or PAGE_SIZE)
    answer: dict[str, Any] = {member: items[start:end]}
    if end < len(items):
        answer["nextToken"] = str(end)
    return answer
