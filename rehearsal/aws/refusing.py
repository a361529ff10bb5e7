"""What a call that a fault makes fail is answered, in the words of its service."""

from typing import Any

from moto.sts.models import sts_backends

from rehearsal.aws import failures
from rehearsal.aws.account import ACCOUNT
from rehearsal.aws.calls import Call
from spec import facts


def refuses(action: str) -> bool:
    """Whether a fault of this action is an answer of AWS, and not the lack of one."""
    return (action, "*") in facts.fault_codes()


def refused(action: str, call: Call) -> tuple[str, list[Any], bytes]:
    """Status, headers and body."""
    words = facts.fault_code(action, call.service)
    message = words.message.format(
        caller=_caller(call), action=f"{call.service}:{call.operation}", resource="*"
    )
    return failures.refusal(call, words.code, words.status, message)


def _caller(call: Call) -> str:
    sts: Any = sts_backends[ACCOUNT]["aws"]
    return sts.get_caller_identity(call.access_key, call.region)[1]
