"""When the stand-in aws provider makes a failed call again, and after how long."""

from types import SimpleNamespace

import botocore.exceptions
import pytest

from rehearsal.providers.aws import retries


def after(code="", status=400, *, service="eks", attempts=1, error=None):
    response = None if error else (SimpleNamespace(status_code=status), {"Error": {"Code": code}})
    operation = SimpleNamespace(service_model=SimpleNamespace(service_name=service))
    return retries.needs_retry(
        response=response, caught_exception=error, attempts=attempts, operation=operation
    )


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ThrottlingException", 429),
        ("Throttling", 400),
        ("RequestLimitExceeded", 503),
        ("ServerException", 500),
        ("ServiceUnavailable", 503),
        ("RequestTimeout", 400),
    ],
)
def test_what_passes_is_tried_again(code, status):
    assert after(code, status) is not None


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("AccessDeniedException", 403),
        ("ExpiredTokenException", 403),
        ("InvalidParameterException", 400),
        ("NotImplemented", 501),
    ],
)
def test_what_does_not_pass_is_not_tried_again(code, status):
    assert after(code, status) is None


def test_a_call_without_an_answer_is_tried_again():
    lost = botocore.exceptions.ConnectionClosedError(endpoint_url="x")
    slow = botocore.exceptions.ReadTimeoutError(endpoint_url="x")
    assert after(error=lost) is not None
    assert after(error=slow, attempts=24) is not None
    assert after(error=slow, attempts=25) is None
    assert after(error=ValueError("of our own")) is None


def test_a_refused_connection_is_given_up_after_nine_attempts():
    refused = botocore.exceptions.EndpointConnectionError(endpoint_url="x", error="refused")
    assert after(error=refused, attempts=8) is not None
    assert after(error=refused, attempts=9) is None


def test_ec2_alone_is_asked_again_for_capacity():
    assert after("InsufficientInstanceCapacity", 400, service="ec2") is not None
    assert after("InsufficientInstanceCapacity", 400, service="autoscaling") is None


def test_the_twenty_fifth_attempt_is_the_last():
    assert after("Throttling", attempts=24) is not None
    assert after("Throttling", attempts=25) is None


def test_pauses_are_a_sixtieth_of_the_providers():
    for attempt in range(1, 25):
        plain = retries.pause(attempt, throttled=False) * 60
        throttled = retries.pause(attempt, throttled=True) * 60
        assert min(0.03 * 2**attempt, 150) <= plain <= min(0.06 * 2**attempt, 300)
        assert min(0.5 * 2**attempt, 150) <= throttled <= min(2**attempt, 300)
