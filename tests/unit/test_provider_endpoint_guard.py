"""The stand-in aws provider reaches this machine and no other."""

import pytest

from rehearsal.providers.aws import loopback
from rehearsal.providers.aws.configuration import configuration
from rehearsal.providers.aws.loopback import Clients, EndpointRefusedError


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch):
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_EKS", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:5000",
        "http://127.0.0.2:1",
        "http://localhost:5000",
        "http://[::1]:5000",
        "https://127.0.0.1",
    ],
)
def test_an_address_of_this_machine_is_accepted(url):
    assert loopback.is_loopback(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:5000",
        "https://eks.ap-northeast-2.amazonaws.com",
        "http://10.0.0.1:5000",
        "http://0.0.0.0:5000",
        "http://127.0.0.1@eks.amazonaws.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://169.254.169.254",
        "http://[::ffff:10.0.0.1]",
        "http://[bad",
        "file://localhost/etc",
    ],
)
def test_any_other_address_is_not(url):
    assert not loopback.is_loopback(url)


def test_without_an_endpoint_nothing_is_asked():
    with pytest.raises(EndpointRefusedError, match="AWS_ENDPOINT_URL is not set"):
        loopback.rehearsal_endpoint()


def test_a_client_is_refused_when_the_endpoint_is_elsewhere(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://eks.ap-northeast-2.amazonaws.com")
    with pytest.raises(EndpointRefusedError, match=r"AWS_ENDPOINT_URL is 'https://eks\."):
        Clients("ap-northeast-2")["eks"]


def test_nothing_that_lies_around_moves_a_client(monkeypatch, tmp_path):
    config = tmp_path / "config"
    config.write_text(
        "[profile prod]\nregion = us-east-1\nendpoint_url = https://aws.example.com\n"
        "services = there\n[services there]\neks =\n  endpoint_url = https://eks.example.com\n"
    )
    for name, value in {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ENDPOINT_URL_EKS": "https://eks.amazonaws.com",
        "AWS_PROFILE": "prod",
        "AWS_CONFIG_FILE": str(config),
        "AWS_ACCESS_KEY_ID": "AKIAREAL",
        "AWS_SECRET_ACCESS_KEY": "real",
        "AWS_USE_FIPS_ENDPOINT": "true",
        "HTTPS_PROXY": "http://proxy.example.com:3128",
        "HTTP_PROXY": "http://proxy.example.com:3128",
    }.items():
        monkeypatch.setenv(name, value)
    client = Clients("ap-northeast-2")["eks"]
    assert client.meta.endpoint_url == "http://127.0.0.1:9"
    assert client.meta.config.proxies == {}, "a proxy could pass the request on"
    credentials = client._get_credentials()
    assert credentials.access_key == "rehearsal", "real credentials must not even be read"


def test_a_request_that_was_led_elsewhere_does_not_leave(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    client = Clients("ap-northeast-2")["sts"]

    def lead_away(request, **_):
        request.url = "https://sts.amazonaws.com/"

    client.meta.events.register_first("before-sign", lead_away)
    with pytest.raises(EndpointRefusedError, match=r"sts\.amazonaws\.com"):
        client.get_caller_identity()


def test_an_endpoint_of_the_provider_must_be_here_too():
    with pytest.raises(EndpointRefusedError, match="the provider's endpoint for eks"):
        configuration(
            {"region": "ap-northeast-2", "endpoints": '[{"eks": "https://eks.example.com"}]'}, {}
        )
    here = {"region": "ap-northeast-2", "endpoints": [{"eks": "http://127.0.0.1:1"}]}
    assert configuration(here, {}).region == "ap-northeast-2"
