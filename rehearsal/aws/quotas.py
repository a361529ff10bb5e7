"""Service quotas: how much an account may have of something, and how a rehearsal raises that.

The values are those of spec/facts/quotas.tsv. ``PUT /_rehearsal/quotas?name=vpcs&value=50`` raises
one at once and in every region; ``name=all`` raises all of them.
https://docs.aws.amazon.com/servicequotas/latest/userguide/intro.html
"""

from collections.abc import Mapping
from typing import Any

import moto.servicequotas.urls
from moto.servicequotas.models import ServiceQuotasBackend, servicequotas_backends
from moto.servicequotas.responses import ServiceQuotasResponse

from rehearsal.aws.account import ACCOUNT
from rehearsal.aws.replacing import urls
from spec import facts

# Raised quotas are kept here, with the state of the account.
HOME_REGION = "us-east-1"
ALL = "all"


class ServiceQuotas(ServiceQuotasBackend):
    """Service Quotas of one account and region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.raised: dict[str, int] = {}

    @property
    def _url_module(self) -> Any:
        return urls(moto.servicequotas.urls, ServiceQuotasResponse)


def quota(name: str) -> int:
    """How much the account may have of what ``name`` (a key of ``facts.quotas()``) counts."""
    return _raised().get(name, facts.quotas()[name].value)


def quotas() -> dict[str, int]:
    """All quotas as they are now."""
    return {name: quota(name) for name in facts.quotas()}


def set_quota(name: str, value: str) -> Mapping[str, int]:
    """Let the account have so much of what ``name`` counts, or of everything.

    Raises:
        ValueError: there is no such quota, or the value is no natural number.
    """
    if name != ALL and name not in facts.quotas():
        raise ValueError(f"{name!r} is none of {', '.join(facts.quotas())} and not {ALL!r}")
    if not value.isdecimal():
        raise ValueError(f"{value!r} is no natural number")
    _raised().update(dict.fromkeys(facts.quotas() if name == ALL else [name], int(value)))
    return quotas()


def _raised() -> dict[str, int]:
    backend: Any = servicequotas_backends[ACCOUNT][HOME_REGION]
    return backend.raised
