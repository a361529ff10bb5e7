"""What all parts of the model share: its settings, messages, and checks of single values."""

import re
from collections.abc import Callable, Iterable, Mapping
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Any, cast, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

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
        use_attribute_docstrings=True,
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


def _tuple(value: Any) -> Any:
    return tuple(cast("list[Any]", value)) if isinstance(value, list) else value


AsTuple = BeforeValidator(_tuple)
"""Takes a list of the stack file as the tuple that the model keeps."""


def _no_repetition(values: tuple[Any, ...]) -> tuple[Any, ...]:
    for index, value in enumerate(values):
        if value in values[:index]:
            raise wrong(f"{said(value)} is here twice; keep one", index)
    return values


Unique = AfterValidator(_no_repetition)
"""Refuses a list that says something twice."""


def spelling(kind: Any, **aliases: str) -> BeforeValidator:
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
        if folded(value) not in known:
            guess = did_you_mean(value, values)
            raise wrong(f"must be one of {listed(values)}, not {said(value)}{guess}")
        return known[folded(value)]

    return BeforeValidator(spelled, json_schema_input_type=kind)


def folded(value: str) -> str:
    """A word without what different spellings of it differ in."""
    return re.sub("[-_ ]", "", value).casefold()


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
        if "/" in value:
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


Cidr = Annotated[IPv4Network, BeforeValidator(network_of, json_schema_input_type=str)]
"""An IPv4 network."""

AnyCidr = Annotated[
    IPv4Network | IPv6Network,
    BeforeValidator(lambda value: network_of(value, ipv6=True), json_schema_input_type=str),
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
    "access-entry.namespace": "it has small letters, digits and -, and * for whatever may be there",
}
"""The patterns of `spec.facts` in words."""


def text(what: str, *limits: str) -> AfterValidator:
    """A check of a text against limits of `spec.facts`."""

    def check(value: str) -> str:
        for name in limits:
            within(value, limit(name), what)
        return value

    return AfterValidator(check)


def number(what: str, name: str) -> AfterValidator:
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

    return AfterValidator(check)


def matches(what: str, pattern: str, example: str) -> AfterValidator:
    """A check of a text against a pattern of which an example says more than words."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise wrong(f"{quoted(value)} is not {what} such as {example}")
        return value

    return AfterValidator(check)


def arn(what: str, service: str, resource: str, example: str) -> AfterValidator:
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


def key_of(what: str) -> AfterValidator:
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

    return AfterValidator(check)


def not_reserved(name: str) -> AfterValidator:
    """A check that a text does not begin with what a limit of `spec.facts` reserves."""

    def check(value: str) -> str:
        for prefix in limit(name).values:
            if value.startswith(prefix):
                raise wrong(f"{quoted(value)} begins with {prefix}, which EKS keeps for itself")
        return value

    return AfterValidator(check)


def one_of(names: Callable[[], Iterable[str]], what: str) -> AfterValidator:
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

    return AfterValidator(check)
