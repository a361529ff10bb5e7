"""What a resource's properties are: the vocabulary in which the tables are written.

The words are those of the provider that is stood in for. A *computed* property is AWS's to choose
when the
program says nothing; one that *replaces* cannot be changed on what exists.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Any, Final

from rehearsal.providers.protocol import UNKNOWN, has_unknown


class Kind(Enum):
    """The shapes that a property's value has on Pulumi's wire."""

    TEXT = auto()
    NUMBER = auto()
    FLAG = auto()
    MAP = auto()
    BLOCK = auto()
    LIST = auto()
    SET = auto()


@dataclass(frozen=True, kw_only=True)
class Property:
    """One property of a resource or of a block inside it.

    Attributes:
        kind: The shape of its value.
        required: Whether the program must give it.
        default: What Check fills in when the program gives nothing; None for nothing.
        computed: Whether AWS chooses a value when the program gives none.
        replaces: Whether a change makes a new resource.
        replaces_when_removed: Whether taking it away makes a new resource, though changing it does
            not.
        replaces_when_changed: Whether changing a value that was set makes a new one, though adding
            it does not.
        replaces_when: Whether a change makes a new resource, told from the resource's state and
            inputs; for a member of a block, from the block before and after.
        ignored_when: Whether a change is none, told from the same.
        members: For a block, or a list or set of blocks: the properties inside.
        item: For a list or set: the kind of its items.
        canonical: Brings two spellings of the same thing to one form.
    """

    kind: Kind = Kind.TEXT
    required: bool = False
    default: Any = None
    computed: bool = False
    replaces: bool = False
    replaces_when_removed: bool = False
    replaces_when_changed: bool = False
    replaces_when: Callable[[Mapping[str, Any], Mapping[str, Any]], bool] | None = None
    ignored_when: Callable[[Mapping[str, Any], Mapping[str, Any]], bool] | None = None
    members: Mapping[str, "Property"] = field(default_factory=dict)
    item: Kind = Kind.TEXT
    canonical: Callable[[Any], Any] | None = None


def policy_document(value: Any) -> Any:
    """The form in which two IAM policies that say the same are equal.

    Whitespace, key order, the order of lists, and a list of one instead of the item itself mean
    nothing to IAM
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html, read
    2026-11).
    """

    def simplify(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: simplify(item) for key, item in part.items()}
        if isinstance(part, list):
            items = sorted((simplify(item) for item in part), key=_order)
            return items[0] if len(items) == 1 else items
        return part

    try:
        return simplify(json.loads(value))
    except (TypeError, ValueError):
        return value


def json_document(value: Any) -> Any:
    """The form in which two JSON texts that say the same are equal."""
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        return value


def _order(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def text(**options: Any) -> Property:
    """A string."""
    return Property(**options)


def number(**options: Any) -> Property:
    """A number."""
    return Property(kind=Kind.NUMBER, **options)


def flag(**options: Any) -> Property:
    """A boolean."""
    return Property(kind=Kind.FLAG, **options)


def texts(**options: Any) -> Property:
    """A list of strings, in order."""
    return Property(kind=Kind.LIST, **options)


def text_set(**options: Any) -> Property:
    """A set of strings: their order means nothing."""
    return Property(kind=Kind.SET, **options)


def mapping(**options: Any) -> Property:
    """Strings by free key."""
    return Property(kind=Kind.MAP, **options)


def block(members: Mapping[str, Property], **options: Any) -> Property:
    """An object with named members."""
    return Property(kind=Kind.BLOCK, members=members, **options)


def blocks(members: Mapping[str, Property], **options: Any) -> Property:
    """A list of objects, in order."""
    return Property(kind=Kind.LIST, item=Kind.BLOCK, members=members, **options)


def block_set(members: Mapping[str, Property], **options: Any) -> Property:
    """A set of objects: their order means nothing."""
    return Property(kind=Kind.SET, item=Kind.BLOCK, members=members, **options)


def all_replace(members: Mapping[str, Property]) -> dict[str, Property]:
    """The same members, each of which makes a new resource when it changes."""
    return {name: replace(member, replaces=True) for name, member in members.items()}


TAGS: Final[Mapping[str, Property]] = {"tags": mapping(), "tagsAll": mapping(computed=True)}
REGION: Final[Mapping[str, Property]] = {"region": text(computed=True, replaces=True)}


def is_blank(value: Any) -> bool:
    """Whether a value says no more than no value at all would."""
    return value is None or (value is not UNKNOWN and value in (False, 0, "", [], {}))


def coerce(prop: Property, value: Any) -> Any:
    """Give a value the type its property has, as bridged providers do: `"3"` for 3, and back."""
    match prop.kind, value:
        case ((Kind.LIST | Kind.SET), list()):
            single = Property(kind=prop.item, members=prop.members)
            result: Any = [coerce(single, item) for item in value]
        case Kind.BLOCK, dict():
            result = {
                name: coerce(prop.members[name], item) if name in prop.members else item
                for name, item in value.items()
            }
        case Kind.MAP, dict():
            result = {name: _coerce_text(item) for name, item in value.items()}
        case Kind.TEXT, _:
            result = _coerce_text(value)
        case Kind.NUMBER, str() if value.lstrip("-").isdigit():
            result = int(value)
        case Kind.FLAG, ("true" | "false"):
            result = value == "true"
        case _:
            result = value
    return result


def _coerce_text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):  # a policy, given as an object
        return UNKNOWN if has_unknown(value) else json.dumps(value, separators=(",", ":"))
    return str(value) if isinstance(value, int | float) else value


def canonical(prop: Property, value: Any) -> Any:
    """The form in which two values of a property are compared: blanks out, sets in one order."""
    if value is UNKNOWN or is_blank(value):
        return value if value is UNKNOWN else None
    if prop.canonical is not None:
        return prop.canonical(value)
    if prop.kind is Kind.BLOCK and isinstance(value, dict):
        members = {name: canonical(prop.members[name], value.get(name)) for name in prop.members}
        return {name: item for name, item in members.items() if item is not None} or None
    if prop.kind in {Kind.LIST, Kind.SET} and isinstance(value, list):
        single = Property(kind=prop.item, members=prop.members)
        items = [canonical(single, item) for item in value]
        return sorted(items, key=_order) if prop.kind is Kind.SET else items
    return value
