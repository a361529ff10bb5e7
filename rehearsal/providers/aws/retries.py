"""When a failed call is made again, as the official provider does it.

The provider calls through AWS's SDK for Go, version 2, with its standard retryer and own settings:

- what is tried again: https://github.com/aws/aws-sdk-go-v2/blob/main/aws/retry/standard.go
  (`DefaultRetryableHTTPStatusCodes`, `DefaultRetryableErrorCodes`, `DefaultThrottleErrorCodes`) and
  retryable_error.go (no answer, or none that can be read), 2026-11-23;
- 25 attempts (`MaxRetries: 25`), internal/provider of terraform-provider-aws, and no budget that
  many failing calls would share: `resolveRetryer` of aws-sdk-go-base, 2026-11-23;
- pauses: internal/conns/backoff_delayer.go and config.go (`maxBackoff`) of terraform-provider-aws;
- a refused connection ends it after 9 attempts: `MaxNetworkRetryCount` of aws-sdk-go-base;
- EC2 without capacity is tried again too: internal/service/ec2/service_package.go of
  terraform-provider-aws.

A token that makes a call idempotent stays the same over its attempts: botocore, like the SDK for
Go, makes one per call wherever the service's model asks for it.
"""

import random
from typing import Any, Final

MAXIMUM_ATTEMPTS: Final = 25
MAXIMUM_REFUSED_ATTEMPTS: Final = 9

RETRYABLE_STATUS: Final = frozenset({500, 502, 503, 504})
THROTTLES: Final = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
RETRYABLE_CODES: Final = THROTTLES | {"RequestTimeout", "RequestTimeoutException"}
OF_EC2_ALONE: Final = frozenset({"InsufficientInstanceCapacity"})

LONGEST_PAUSE: Final = 300.0
"""Seconds."""
PAUSE: Final = 0.03
"""Seconds; twice as long with each attempt."""
THROTTLED_PAUSE: Final = 0.5
"""Seconds; the same after a throttled attempt."""

HASTE: Final = 60.0
"""A rehearsal's pauses are this part of the provider's, whatever its speed is: real ones add up to
an hour before the last attempt, and nothing is learnt from sitting them out."""

READ_TIMEOUT: Final = 20.0
"""Seconds without an answer after which an attempt is given up. The provider itself waits until the
time for the whole operation is over, or the network gives up."""


def pause(attempt: int, *, throttled: bool) -> float:
    """Seconds between an attempt, counted from 1, and the next."""
    shortest = THROTTLED_PAUSE if throttled else PAUSE
    seconds = 2**attempt * _jittered(shortest)
    if seconds > LONGEST_PAUSE:
        seconds = _jittered(LONGEST_PAUSE / 2)
    return seconds / HASTE


def needs_retry(
    response: Any, caught_exception: Exception | None, attempts: int, operation: Any, **_: Any
) -> float | None:
    """What botocore asks after each attempt: the pause before the next one; None for none."""
    if response is None:
        return _after_no_answer(caught_exception, attempts)
    code, status = _told(response)
    retryable = RETRYABLE_CODES | (
        OF_EC2_ALONE if operation.service_model.service_name == "ec2" else frozenset()
    )
    if attempts >= MAXIMUM_ATTEMPTS or not (status in RETRYABLE_STATUS or code in retryable):
        return None
    return pause(attempts, throttled=code in THROTTLES)


def attempts_of(metadata: Any, code: str) -> int:
    """How many attempts a refused call has had, if it has had all it may have; else 0."""
    attempts = metadata.get("RetryAttempts", 0) + 1
    return attempts if attempts >= MAXIMUM_ATTEMPTS and code else 0


def maximum_attempts(error: Exception) -> int:
    """How many attempts a call may have that gets no answer."""
    import botocore.exceptions  # noqa: PLC0415  loaded by the client already

    refused = isinstance(error, botocore.exceptions.EndpointConnectionError)
    return MAXIMUM_REFUSED_ATTEMPTS if refused else MAXIMUM_ATTEMPTS


def _after_no_answer(error: Exception | None, attempts: int) -> float | None:
    import botocore.exceptions  # noqa: PLC0415  loaded by the client already

    retryable = isinstance(
        error,
        botocore.exceptions.ConnectionError
        | botocore.exceptions.HTTPClientError
        | botocore.exceptions.ConnectionClosedError,
    )
    if error is None or not retryable or attempts >= maximum_attempts(error):
        return None
    return pause(attempts, throttled=False)


def _told(response: Any) -> tuple[str, int]:
    http, parsed = response
    return parsed.get("Error", {}).get("Code", ""), http.status_code


def _jittered(seconds: float) -> float:
    return seconds * (1 + random.random())  # noqa: S311 - nobody is to be kept from guessing it
