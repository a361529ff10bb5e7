"""What a call that a fault makes fail is answered, in the words of its service."""

from typing import Any

from moto.sts.models import sts_backends

from rehearsal.aws import failures
from rehearsal.aws.account import ACCOUNT
from rehearsal.aws.calls import Call
from rehearsal.aws.permissions.authorization import Denied
from spec import facts

ACCESS_DENIED = "access-denied"


def refuses(action: str) -> bool:
    """Whether a fault of this action is an answer of AWS, and not the lack of one."""
    return (action, "*") in facts.fault_codes()


def refused(action: str, call: Call) -> tuple[str, list[Any], bytes]:
    """Status, headers and body."""
    return denied(call, Denied(f"{call.service}:{call.operation}", "*"), action)


def denied(call: Call, what: Denied, action: str = ACCESS_DENIED) -> tuple[str, list[Any], bytes]:
    """Status, headers and body of the answer to a caller who may not do something."""
    words = facts.fault_code(action, call.service)
    message = words.message.format(caller=_caller(call), action=what.action, resource=what.resource)
    return failures.refusal(call, words.code, words.status, message)


def _caller(call: Call) -> str:
    sts: Any = sts_backends[ACCOUNT]["aws"]
    return sts.get_caller_identity(call.access_key, call.region)[1]
