"""What all parts of the model share: its settings, messages, and checks of single values."""

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Any, cast, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema, PydanticCustomError

from spec import facts
from spec.problems import PathKey, did_you_mean, listed, quoted


def wrong(message: str, *at: PathKey) -> PydanticCustomError:
    """What a check raises: a whole sentence for the user.

    Args:
        message: What is wrong and what would be right.
        at: The field below the one that is checked, where the fault lies there.
    """
    # Braces in the message would be read as placeholders.
    return PydanticCustomError("stack_file", "{message}", {"message": message, "at": at})


class Model(BaseModel):
    """A part of the stack file: immutable, without unknown keys, camelCase outside."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        frozen=True,
        strict=True,
        validate_by_alias=True,
        validate_by_name=True,
    )


_LARGEST_SHOWN = 128
"""Bits of the largest number that is repeated to the user."""


def said(value: Any) -> str:
    """A value as the user would recognise it."""
    match value:
        case None:
            text = "nothing"
        case dict():
            text = "a mapping"
        case list() | tuple():
            text = "a list"
        case bool():
            text = "true" if value else "false"
        case str():
            text = quoted(value)
        case int() if value.bit_length() > _LARGEST_SHOWN:
            text = "a number of many digits"
        case _:
            text = str(value)
    return text


def limit(name: str) -> facts.Limit:
    """A row of the table of limits."""
    return facts.limits()[name]


def maximum(name: str) -> int:
    """The largest number that a limit allows.

    Raises:
        LookupError: The table gives none.
    """
    found = limit(name).maximum
    if found is None:
        raise LookupError(f"{name} has no maximum")
    return found


def whole(pattern: str) -> str:
    """A pattern that a whole text has to match, as JSON Schema wants it."""
    return f"^(?:{pattern})$"


@dataclasses.dataclass(frozen=True)
class Check(AfterValidator):
    """A check that the JSON Schema knows of as far as it can say it.

    Attributes:
        schema: The keywords of JSON Schema that say what the check demands. They must not refuse
            what the check lets pass. A function, since tables are read when they are needed.
    """

    schema: Callable[[], Mapping[str, Any]] = dict

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """What pydantic makes of the type, and the check's own."""
        return {**handler(core_schema), **self.schema()}


@dataclasses.dataclass(frozen=True)
class Described:
    """Says in JSON Schema what a field takes, instead of what pydantic and checks say.

    Attributes:
        schema: The keywords; a function, since tables are read when they are needed.
    """

    schema: Callable[[], Mapping[str, Any]]

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The keywords."""
        return dict(self.schema())


def _tuple(value: Any) -> Any:
    return tuple(cast("list[Any]", value)) if isinstance(value, list) else value


AsTuple = BeforeValidator(_tuple)
"""Takes a list of the stack file as the tuple that the model keeps."""


def _no_repetition(values: tuple[Any, ...]) -> tuple[Any, ...]:
    for index, value in enumerate(values):
        if value in values[:index]:
            raise wrong(f"{said(value)} is here twice; keep one", index)
    return values


Unique = Check(_no_repetition, lambda: {"uniqueItems": True})
"""Refuses a list that says something twice."""


ZoneNames = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...],
    AsTuple,
    Unique,
    Field(examples=[["eu-central-1a"]]),
]
"""Zones by name; which there are is known elsewhere."""


@dataclasses.dataclass(frozen=True)
class Spelling(BeforeValidator):
    """Takes several spellings of a few values.

    Attributes:
        values: The values as they are usually spelled.
        others: A pattern of all spellings.
    """

    values: tuple[str, ...] = ()
    others: str = ""

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The usual spellings for those who choose, all others for those who know."""
        return {"anyOf": [{"enum": list(self.values)}, {"type": "string", "pattern": self.others}]}


def spelling(kind: Any, **aliases: str) -> Spelling:
    """Takes each value of a `Literal` in any case and with any of `-`, `_`, or nothing in between.

    Kubernetes and AWS spell the same things differently: `NoSchedule` and `NO_SCHEDULE`,
    `on-demand` and `ON_DEMAND`.

    Args:
        kind: The `Literal` type.
        aliases: Other words, folded to lower case, for values of it.
    """
    values: tuple[str, ...] = get_args(kind)
    known = {**aliases, **{folded(value): value for value in values}}

    def spelled(value: Any) -> Any:
        if not isinstance(value, str):
            raise wrong(f"must be one of {listed(values)}, not {said(value)}")
        if not value.isascii() or folded(value) not in known:
            guess = did_you_mean(value, values)
            raise wrong(f"must be one of {listed(values)}, not {said(value)}{guess}")
        return known[folded(value)]

    others = "|".join(any_spelling(it) for it in known)
    return Spelling(spelled, values=values, others=whole(others))


def folded(value: str) -> str:
    """A word without what different spellings of it differ in."""
    return re.sub("[-_ ]", "", value).casefold()


def any_spelling(folded: str) -> str:
    """A pattern of all texts that are folded to this one."""
    letters = (f"[{it.upper()}{it}]" if it.isalpha() else re.escape(it) for it in folded)
    return "[-_ ]*" + "".join(f"{it}[-_ ]*" for it in letters)


def network_of(value: Any, *, ipv6: bool = False) -> Any:
    """Takes text as an IP network.

    Raises:
        PydanticCustomError: It is none, or has bits set outside of its mask.
    """
    if isinstance(value, IPv4Network | IPv6Network):
        return value
    if not isinstance(value, str):
        raise wrong(f'must be a CIDR block such as "10.0.0.0/16", not {said(value)}')
    kind = IPv6Network if ipv6 and ":" in value else IPv4Network
    try:
        if "/" in value and "%" not in value:  # that of an IPv6 scope, which no network has
            return kind(value)
    except ValueError:
        try:
            wider = kind(value, strict=False)
        except ValueError:
            pass
        else:
            raise wrong(
                f'{quoted(value)} has bits set outside of its mask; did you mean "{wider}"?'
            ) from None
    family = "a CIDR block" if ipv6 else "an IPv4 CIDR block"
    raise wrong(f'{quoted(value)} is not {family} such as "10.0.0.0/16"')


_IPV4 = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}/[0-9.]+"
_IPV6 = r"[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*/[0-9]+"

Cidr = Annotated[
    IPv4Network,
    BeforeValidator(network_of),
    WithJsonSchema({"type": "string", "pattern": whole(_IPV4)}),
]
"""An IPv4 network."""

AnyCidr = Annotated[
    IPv4Network | IPv6Network,
    BeforeValidator(lambda value: network_of(value, ipv6=True)),
    WithJsonSchema({"type": "string", "pattern": whole(f"{_IPV4}|{_IPV6}")}),
]
"""An IPv4 or IPv6 network."""


def within(value: str, of: facts.Limit, what: str) -> None:
    """Checks a text's length and pattern.

    Raises:
        PydanticCustomError: They are not what AWS takes.
    """
    if of.minimum is not None and len(value) < of.minimum:
        raise wrong(f"{what} must not be empty")
    if of.maximum is not None and len(value) > of.maximum:
        raise wrong(
            f"{what} must have {of.maximum} characters at most; {quoted(value)} has {len(value)}"
        )
    if of.pattern and not re.fullmatch(of.pattern, value):
        raise wrong(f"{quoted(value)} is not {what}: {_PATTERNS.get(of.name, of.note)}")


_NAME = "it has letters, digits, - and _, and begins with a letter or digit"
_LABEL = "it has letters, digits, -, _ and ., and begins and ends with one of the first two"
_PATTERNS: Mapping[str, str] = {
    "cluster.name": _NAME,
    "node-group.name": _NAME,
    "label.key.prefix": "before the slash stands a DNS name such as example.com",
    "label.key.name": _LABEL,
    "label.value": _LABEL,
    "taint.value": _LABEL,
    "security-group-rule.description": "it has letters, digits, spaces and "
    "._-:/()#,@[]+=&;{}!$* only",
    "role.path": "it begins and ends with a slash, such as /eks/",
    "fargate-profile.name": _NAME,
    "fargate-profile.namespace": "it has small letters, digits and -, and * and ? for whatever may "
    "be there",
    "fargate-profile.label.key": "it has letters, digits, -, _, . and /, and * and ? for whatever "
    "may be there",
    "fargate-profile.label.value": "it has letters, digits, -, _ and ., and * and ? for whatever "
    "may be there",
    "access-entry.namespace": "it has small letters, digits and -, and * for whatever may be there",
}
"""The patterns of `spec.facts` in words."""


def _keywords(of: facts.Limit) -> Iterable[tuple[str, Any]]:
    """What a limit of a text is in JSON Schema."""
    if of.minimum is not None:
        yield "minLength", of.minimum
    if of.maximum is not None:
        yield "maxLength", of.maximum
    if of.pattern:
        yield "pattern", whole(of.pattern)


def text(what: str, *limits: str) -> Check:
    """A check of a text against limits of `spec.facts`, of which a later one is the stricter."""

    def check(value: str) -> str:
        for name in limits:
            within(value, limit(name), what)
        return value

    return Check(check, lambda: dict(pair for name in limits for pair in _keywords(limit(name))))


def number(what: str, name: str) -> Check:
    """A check of a whole number against a limit of `spec.facts`."""

    def check(value: int) -> int:
        of = limit(name)
        allowed = [int(it) for it in of.values]
        if allowed and value not in allowed:
            raise wrong(f"{what} must be one of {listed(allowed)}, not {value}")
        if of.minimum is not None and value < of.minimum:
            raise wrong(f"{what} must be {of.minimum} or more, not {value}")
        if of.maximum is not None and value > of.maximum:
            raise wrong(f"{what} must be {of.maximum} or less, not {value}")
        return value

    def schema() -> dict[str, Any]:
        of = limit(name)
        if of.values:
            return {"enum": [int(it) for it in of.values]}
        ends = (("minimum", of.minimum), ("maximum", of.maximum))
        return {keyword: end for keyword, end in ends if end is not None}

    return Check(check, schema)


def matches(what: str, pattern: str, example: str) -> Check:
    """A check of a text against a pattern of which an example says more than words."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise wrong(f"{quoted(value)} is not {what} such as {example}")
        return value

    return Check(check, lambda: {"pattern": whole(pattern), "examples": [example]})


def arn(what: str, service: str, resource: str, example: str) -> Check:
    """A check of an ARN.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html

    Args:
        what: What it is the ARN of.
        service: E.g. `iam`.
        resource: A pattern of what follows the account.
        example: What follows the account in an example.
    """
    region = "" if service == "iam" else "eu-west-1"
    where = "" if service == "iam" else "[a-z0-9-]+"
    account = "(?:[0-9]{12}|aws)" if service == "iam" else "[0-9]{12}"
    return matches(
        what,
        rf"arn:aws[a-z-]*:{service}:{where}:{account}:{resource}",
        f"arn:aws:{service}:{region}:123456789012:{example}",
    )


def key_of(what: str) -> Check:
    """A check of the key of a label or taint: `name` or `example.com/name`."""

    def check(value: str) -> str:
        prefix, slash, name = value.rpartition("/")
        if slash:
            within(prefix, limit("label.key.prefix"), f"the prefix of a {what} key")
        within(name, limit("label.key.name"), f"a {what} key")
        within(value, limit(f"{what}.key"), f"a {what} key")
        for domain in limit("label.reserved-prefixes").values:
            if prefix == domain or prefix.endswith(f".{domain}"):
                raise wrong(
                    f"{quoted(value)} begins with {domain}, which Kubernetes keeps for itself; "
                    "use a prefix of your own, e.g. example.com/"
                )
        return value

    def schema() -> dict[str, Any]:
        reserved = "|".join(re.escape(it) for it in limit("label.reserved-prefixes").values)
        prefix, name = limit("label.key.prefix").pattern, limit("label.key.name").pattern
        pattern = rf"(?!(?:[^/]*\.)?(?:{reserved})/)(?:{prefix}/)?{name}"
        return {"maxLength": maximum(f"{what}.key"), "pattern": whole(pattern)}

    return Check(check, schema)


def not_reserved(name: str) -> Check:
    """A check that a text does not begin with what a limit of `spec.facts` reserves."""

    def check(value: str) -> str:
        for prefix in limit(name).values:
            if value.startswith(prefix):
                raise wrong(f"{quoted(value)} begins with {prefix}, which EKS keeps for itself")
        return value

    return Check(
        check, lambda: {"pattern": f"^(?!{'|'.join(re.escape(it) for it in limit(name).values)})"}
    )


def one_of(names: Callable[[], Iterable[str]], what: str) -> Check:
    """A check that a text is one of a table's rows.

    Args:
        names: The rows' names.
        what: What they are, with its article.
    """

    def check(value: str) -> str:
        known = list(names())
        if value not in known:
            guess = did_you_mean(value, known) or f"; known are {listed(known)}"
            raise wrong(f"{quoted(value)} is not {what}{guess}")
        return value

    return Check(check, lambda: {"enum": list(names())})
