"""Validation of inputs, with the defaults and names that the provider fills in."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from rehearsal.providers.aws.properties import Kind, Property, coerce
from rehearsal.providers.aws.resource import Resource
from rehearsal.providers.protocol import UNKNOWN, has_unknown

DEFAULTS_KEY: Final = "__defaults"
"""Where Pulumi's bridged providers note, beside the inputs, which of them they filled in."""

SUFFIX_LENGTH: Final = 7
"""Hex digits that follow a name the provider makes up."""


def autoname(name: str, seed: bytes, longest: int) -> str:
    """A physical name made of a logical one and random digits.

    Args:
        name: The logical name.
        seed: The engine's random seed; the same seed gives the same name.
        longest: The most characters that AWS allows.

    Raises:
        ValueError: The name with its digits is too long.
    """
    prefix = f"{name}-"
    if len(prefix) + SUFFIX_LENGTH > longest:
        raise ValueError(
            f"name '{prefix}' plus {SUFFIX_LENGTH} random chars is longer than maximum length "
            f"{longest}"
        )
    return prefix + hashlib.sha512(seed + prefix.encode()).hexdigest()[:SUFFIX_LENGTH]


def merge_tags(default: Mapping[str, str], own: Any) -> Any:
    """All tags of a resource: the provider's default ones, overridden by its own."""
    if has_unknown(own) or has_unknown(default):
        return UNKNOWN
    return {**default, **(own or {})}


def check(
    row: Resource,
    name: str,
    news: Mapping[str, Any],
    olds: Mapping[str, Any],
    *,
    seed: bytes,
    default_tags: Mapping[str, str],
    proposed_name: str | None = None,
) -> tuple[dict[str, Any], list[str]]:
    """Complete a resource's inputs and validate them.

    Args:
        row: The resource's type.
        name: Its logical name.
        news: What the program says.
        olds: The inputs of the last time; empty for a new resource.
        seed: The engine's random seed.
        default_tags: The provider's tags.
        proposed_name: The physical name that the project's autonaming rules ask for.

    Returns:
        The inputs, and a sentence for everything that is wrong with them.
    """
    given = {key: value for key, value in news.items() if key != DEFAULTS_KEY}
    failures: list[str] = []
    inputs: dict[str, Any] = {
        key: coerce(row.properties[key], value) if key in row.properties else value
        for key, value in given.items()
    }
    filled: list[str] = []
    if row.autoname and row.autoname not in inputs and f"{row.autoname}Prefix" not in inputs:
        try:
            inputs[row.autoname] = _automatic_name(row, name, olds, seed, proposed_name)
            filled.append(row.autoname)
        except ValueError as error:
            failures.append(str(error))
    failures += _validate(f"{name}.", row.properties, inputs, row)
    for key, prop in row.properties.items():
        if key not in inputs and prop.default is not None:
            inputs[key] = prop.default
            filled.append(key)
        elif key in inputs:
            inputs[key] = _with_defaults(prop, inputs[key])
    if "tagsAll" in row.properties:
        inputs["tagsAll"] = merge_tags(default_tags, given.get("tags"))
    inputs[DEFAULTS_KEY] = sorted(filled)
    return inputs, failures


def _automatic_name(
    row: Resource, name: str, olds: Mapping[str, Any], seed: bytes, proposed: str | None
) -> str:
    assert row.autoname is not None  # noqa: S101 the caller has looked
    old = olds.get(row.autoname)
    # A name that was made up before stays: only what is new is named.
    if old is not None and row.autoname in olds.get(DEFAULTS_KEY, [row.autoname]):
        return str(old)
    if proposed is not None:
        return proposed
    return row.autoname_prefix + autoname(
        name, seed, row.autoname_longest - len(row.autoname_prefix)
    )


def _with_defaults(prop: Property, value: Any) -> Any:
    if prop.kind is Kind.BLOCK and isinstance(value, dict):
        filled = [
            key
            for key, member in prop.members.items()
            if key not in value and member.default is not None
        ]
        result = {
            key: _with_defaults(prop.members[key], item) if key in prop.members else item
            for key, item in value.items()
        }
        for key in filled:
            result[key] = prop.members[key].default
        return {**result, DEFAULTS_KEY: filled}
    if prop.kind in {Kind.LIST, Kind.SET} and prop.item is Kind.BLOCK and isinstance(value, list):
        single = Property(kind=Kind.BLOCK, members=prop.members)
        return [_with_defaults(single, item) for item in value]
    return value


def _validate(
    path: str, properties: Mapping[str, Property], values: Mapping[str, Any], row: Resource
) -> Iterator[str]:
    for key, prop in properties.items():
        if prop.required and key not in values:
            inner = f"{path}{key}".partition(".")[2]
            yield f"Missing required property '{inner}'"
    for key, value in values.items():
        if key == DEFAULTS_KEY:
            continue
        if key not in properties:
            yield (
                f"`{key}` is not a property of {row.type} that a rehearsal can stand in for. "
                f"Examine values at '{path}{key}'."
            )
            continue
        prop = properties[key]
        if prop.members and prop.kind is Kind.BLOCK and isinstance(value, dict):
            yield from _validate(f"{path}{key}.", prop.members, value, row)
        elif prop.members and isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, dict):
                    yield from _validate(f"{path}{key}[{index}].", prop.members, item, row)


def strip_defaults(value: Any) -> Any:
    """The inputs as AWS is told them, without the notes about defaults."""
    if isinstance(value, dict):
        return {key: strip_defaults(item) for key, item in value.items() if key != DEFAULTS_KEY}
    if isinstance(value, list):
        return [strip_defaults(item) for item in value]
    return value
