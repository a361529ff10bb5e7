"""Client tokens of EC2: a call that is made again with its token is answered as before.

https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.ec2.models import ec2_backends

from rehearsal.aws.account import ACCOUNT
from rehearsal.aws.calls import Call

TOKEN = "ClientToken"  # noqa: S105 - no secret: the name of a parameter
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
MISMATCH = (
    "IdempotentParameterMismatch",
    400,
    "The request uses the same client token as a previous, but non-identical request.",
)


@dataclass(frozen=True)
class Answered:
    """A call that has been carried out.

    Attributes:
        asked: its members but the token.
        started: what WSGI's ``start_response`` was called with.
        body: the answer.
    """

    asked: Mapping[str, Any]
    started: tuple[Any, ...]
    body: bytes

    def is_for(self, call: Call) -> bool:
        """Whether a call asks for the same."""
        return self.asked == _asked(call)


def carries_token(call: Call, body: bytes) -> bool:
    """Whether a call of EC2 is to be carried out once only."""
    return call.service == "ec2" and b"ClientToken=" in body and bool(call.parameters.get(TOKEN))


def answered(call: Call) -> Answered | None:
    """What a call with the same token was answered."""
    return _memory(call).get((call.operation, call.parameters[TOKEN]))


def remember(call: Call, started: tuple[Any, ...], body: bytes) -> None:
    """Keep the answer of a call that has been carried out."""
    _memory(call)[call.operation, call.parameters[TOKEN]] = Answered(_asked(call), started, body)


def _asked(call: Call) -> dict[str, Any]:
    return {name: value for name, value in call.parameters.items() if name != TOKEN}


def _memory(call: Call) -> dict[tuple[str, str], Answered]:
    # With the backend, so that it is saved with it.
    ec2: Any = ec2_backends[ACCOUNT][call.region]
    return vars(ec2).setdefault("answered", {})
