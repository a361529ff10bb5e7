"""What a stack has to say of the rules of the policy pack."""

import datetime
import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator

from spec import facts
from spec.model.base import AsTuple, Check, Model, one_of, said, whole, wrong
from spec.model.broken import Broken, refuse
from spec.problems import quoted


def _can_be_waived(rule: str) -> str:
    if why := facts.guardrails()[rule].never_waived:
        raise wrong(f"{quoted(rule)} is never waived: {why}")
    return rule


_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ]00:00:00(?:Z| \+0000 UTC)?)?")
"""A day as people write it, and as the engine hands on what YAML takes for a date."""


def _day(value: Any) -> datetime.date:
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    written = _DAY.fullmatch(value) if isinstance(value, str) else None
    try:
        if written:
            return datetime.date.fromisoformat(written[1])
    except ValueError:  # the 30th of February
        pass
    raise wrong(f"must be a day such as 2027-03-31, not {said(value)}")


def _not_blank(text: str) -> str:
    if not text.strip():
        raise wrong("must not be empty")
    return text


class WaiverSpec(Model):
    """A rule that the stack does not keep for a while, and why. It is told all the same."""

    rule: Annotated[str, one_of(facts.guardrails, "a rule"), Check(_can_be_waived)]
    """The rule, by the name in docs/security.md."""
    resource: Annotated[str, Field(min_length=1, examples=["dev-general"])] | None = None
    """The one resource that does not keep it, by the name that Pulumi shows. Default: all."""
    reason: Annotated[str, Check(_not_blank, lambda: {"pattern": r"\S"})]
    """Why."""
    until: Annotated[
        datetime.date,
        BeforeValidator(_day),
        WithJsonSchema(
            {"type": "string", "pattern": whole(_DAY.pattern), "examples": ["2027-03-31"]}
        ),
    ]
    """The last day on which it holds, `YYYY-MM-DD`. Afterwards the rule counts as before."""


class PolicySpec(Model):
    """What the policy pack is told: `pulumi preview --policy-pack policy`."""

    waivers: Annotated[tuple[WaiverSpec, ...], AsTuple] = ()
    """Rules that the stack does not keep for a while."""

    @field_validator("waivers")
    @classmethod
    def _one_for_each(cls, waivers: tuple[WaiverSpec, ...]) -> tuple[WaiverSpec, ...]:
        named = [(it.rule, it.resource) for it in waivers]
        refuse(
            Broken((index, "rule"), f"{rule} is waived for the same resources already; keep one")
            for index, (rule, resource) in enumerate(named)
            if (rule, resource) in named[:index]
        )
        return waivers
