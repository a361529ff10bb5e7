"""What a client gets when the embedded AWS itself fails, in the protocol that it speaks."""

import json
from typing import Any
from xml.sax.saxutils import escape

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
