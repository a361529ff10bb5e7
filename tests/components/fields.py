"""All fields of the stack file, worked out from the models that check it."""

import types
from collections.abc import Iterator
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from spec.model import ClusterSpec, SubnetsSpec, VpcSpec
from spec.stack_file import AwsSettings

ANY = "*"
"""Stands for the name or the number of an entry."""


def all_fields() -> list[str]:
    """Every field that holds a value, e.g. `cluster:network.pods.cidr`.

    Of a mapping and a list of values there is one field; of those of models, each field of the
    model, with `*` for the entry.
    """
    found = [f"aws:{path}" for path in _of_model(AwsSettings)]
    found += [
        "aws:region" if path == "region" else f"cluster:{path}" for path in _of_model(ClusterSpec)
    ]
    return sorted(set(found))


def _of_model(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        for path in _of_type(field.annotation):
            yield ".".join([field.alias or name, *([path] if path else [])])


def _of_type(kind: Any) -> Iterator[str]:
    """The paths below a field of a type; the empty one is the field itself."""
    origin, arguments = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from _of_form(kind)
    elif origin in (Union, types.UnionType):
        for argument in arguments:
            if argument is not type(None):
                yield from _of_type(argument)
    elif hasattr(kind, "__metadata__"):
        yield from _of_type(arguments[0])
    elif origin in (tuple, list, dict):
        inner = [it for it in arguments if it is not Ellipsis][-1]
        paths = list(dict.fromkeys(_of_type(inner)))
        yield from [""] if paths == [""] else [f"{ANY}.{path}" if path else ANY for path in paths]
    else:
        yield ""


def _of_form(model: type[BaseModel]) -> Iterator[str]:
    """The paths of a model; a VPC and subnets are written as their ids or by their tags."""
    if model in (SubnetsSpec, VpcSpec):
        yield from ("", "tags")
    else:
        yield from _of_model(model)
