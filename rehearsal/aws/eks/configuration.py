"""Configuration values of add-ons: JSON or YAML, checked against the add-on's schema.

https://docs.aws.amazon.com/eks/latest/userguide/updating-an-add-on.html
EKS checks with a library of Java's, whose words the problems have:
https://github.com/networknt/json-schema-validator/blob/master/src/main/resources/jsv-messages.properties
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import jsonschema
import yaml

from rehearsal.aws import catalog


class UnreadableError(ValueError):
    """The values are neither JSON nor YAML; the message says where they are not."""


def parsed(values: str | None) -> Mapping[str, Any]:
    """What the values say, nothing if they are no mapping.

    Values that EKS has accepted are one.
    """
    found = read(values or "{}")
    return found if isinstance(found, Mapping) else {}


def read(values: str) -> Any:
    """What the values say; YAML is a superset of JSON.

    Raises:
        UnreadableError: they are neither.
    """
    try:
        return yaml.safe_load(values)
    except yaml.YAMLError as error:
        raise UnreadableError(" ".join(str(error).split())) from None


def problems(addon: str, values: Any) -> list[str]:
    """What an add-on's schema has against the values, in the validator's words."""
    validator = jsonschema.Draft6Validator(catalog.addon_schema(addon))
    return sorted(problem for error in validator.iter_errors(values) for problem in _told(error))


def _told(error: Any) -> Iterator[str]:
    """What an error of jsonschema's is in the validator's words."""
    place = "$" + "".join(
        f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path
    )
    if error.validator == "additionalProperties":
        for name in sorted(set(error.instance) - set(error.schema["properties"])):
            yield (
                f"{place}.{name}: is not defined in the schema and the schema does not allow "
                "additional properties"
            )
    elif error.validator == "required":
        for name in error.validator_value:
            if name not in error.instance:
                yield f"{place}.{name}: is missing but it is required"
    else:
        yield f"{place}: {WORDS[str(error.validator)](error)}"


def _type(error: Any) -> str:
    wanted = error.validator_value
    expected = wanted if isinstance(wanted, str) else f"[{', '.join(wanted)}]"
    return f"{_kind(error.instance)} found, {expected} expected"


WORDS: Mapping[str, Callable[[Any], str]] = {
    "type": _type,
    "enum": lambda error: (
        f"does not have a value in the enumeration [{', '.join(error.validator_value)}]"
    ),
    "minimum": lambda error: f"must have a minimum value of {error.validator_value}",
    "minProperties": lambda error: f"must have a minimum of {error.validator_value} properties",
    "maximum": lambda error: f"must have a maximum value of {error.validator_value}",
}
KINDS: Mapping[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
    type(None): "null",
}


def _kind(value: Any) -> str:
    return KINDS.get(type(value), type(value).__name__)
