"""What a client gets when the embedded AWS itself fails, in the protocol that it speaks."""

import json
import warnings
from http import HTTPStatus
from typing import Any
from xml.sax.saxutils import escape

from moto.core.model import OperationModel
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

from rehearsal.aws.calls import Call

# EC2 has an XML of its own; the other services with a form as their request share one.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
EC2_ERROR = (
    "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
    "<RequestID>rehearsal</RequestID></Response>"
)
QUERY_ERROR = (
    "<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error>"
    "<RequestId>rehearsal</RequestId></ErrorResponse>"
)


class Refusal(Exception):  # noqa: N818 - it is what AWS says, and raised by nobody here
    """What a service answers instead of doing what it is asked.

    Attributes:
        code: AWS's error code.
        message: AWS's message.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def refusal(call: Call, code: str, status: int, message: str) -> tuple[str, list[Any], bytes]:
    """Status, headers and body of a service's refusal, in the protocol of the call."""
    service = get_service_model(call.service)
    operation = call.model or OperationModel({}, service)
    serializer = get_serializer_class(call.service, call.protocol)(operation)
    with warnings.catch_warnings():
        # Codes that every service shares are not in the services' models.
        warnings.simplefilter("ignore")
        answer = serializer.serialize(Refusal(code, message))
    body = answer["body"]
    content = body.encode() if isinstance(body, str) else body
    headers = {**answer["headers"], "Content-Length": str(len(content))}
    return f"{status} {HTTPStatus(status).phrase}", list(headers.items()), content


def answer(error: Exception, service: str, request: bytes) -> tuple[str, list[Any], bytes]:
    """Status, headers and body for an error that is not AWS's.

    What is not implemented is HTTP 501, which no SDK tries again; all else is ``InternalFailure``.
    """
    if isinstance(error, NotImplementedError):
        status, code = "501 Not Implemented", "NotImplemented"
    else:
        status, code = "500 Internal Server Error", "InternalFailure"
    message = f"The embedded AWS failed: {error!r}"
    if request.startswith(b"Action="):
        kind = "text/xml"
        form = EC2_ERROR if service == "ec2" else QUERY_ERROR
        body = form.format(code=code, message=escape(message)).encode()
    else:
        kind = "application/json"
        body = json.dumps({"__type": code, "message": message}).encode()
    headers = [
        ("Content-Type", kind),
        ("Content-Length", str(len(body))),
        ("X-Amzn-ErrorType", code),
    ]
    return status, headers, body
