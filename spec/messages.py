"""Pydantic's errors in the user's words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from spec.model import said
from spec.problems import PathKey, did_you_mean, listed, quoted
from spec.yaml_file import NodePath


def message(  # noqa: PLR0911, PLR0912 - a table of pydantic's error types
    model: type[BaseModel],
    path: NodePath,
    error: ErrorDetails,
    literal: str | None,
    top: Iterable[str] | None = None,
) -> str:
    """What is wrong and what would be right.

    Args:
        model: What the file, or a namespace of it, is read into.
        path: Where, below that.
        error: pydantic's own words.
        literal: The value as it is written in the file, if it is a scalar there.
        top: The keys at the top, where they are not the fields of the model alone.
    """
    context = error.get("ctx", {})
    value = said(error["input"])
    match error["type"]:
        case "stack_file":
            return context["message"]
        case "missing":
            return f"is missing{_NEEDED.get(path[-1], '')}"
        case "extra_forbidden":
            known = top if top is not None and not path[:-1] else fields_at(model, path[:-1])
            guess = did_you_mean(str(path[-1]), known) or f"; known are {listed(known)}"
            return f"unknown key {quoted(str(path[-1]))}{guess}"
        case "string_type":
            return _not_text(error["input"], literal)
        case "int_type" | "int_from_float":
            return f"must be a whole number, not {value}"
        case "model_type" | "dict_type":
            return f"must be a mapping of keys and values, not {value}"
        case "tuple_type" | "list_type":
            return f"must be a list, not {value}"
        case "bool_type":
            return f"must be true or false, not {value}"
        case "greater_than_equal":
            return f"must be {context['ge']} or more, not {value}"
        case "less_than_equal":
            return f"must be {context['le']} or less, not {value}"
        case "too_short":
            return "must have at least one entry"
        case "too_long":
            return f"must have {context['max_length']} entries at most"
        case "string_too_short":
            return "must not be empty"
        case _:
            # No field of the model gives any other; see tests/unit/test_bad_input.py.
            return error["msg"]


_NEEDED: Mapping[PathKey, str] = {
    "region": "; name the AWS region, e.g. aws:region: ap-northeast-2",
    "kubernetesVersion": '; name the version, e.g. cluster:kubernetesVersion: "1.36"',
    "access": "; name who administers the cluster, e.g. cluster:access: {admins: [creator]}",
    "admins": "; name who administers the cluster, e.g. [creator]: whoever runs the first up",
    "principal": "; name an IAM role or user, e.g. arn:aws:iam::123456789012:role/Developer",
    "policy": "; name an access policy, e.g. AmazonEKSViewPolicy",
    "issuerUrl": "; say the issuer, e.g. https://login.example.com/realms/main",
    "clientId": "; say the audience of the provider's tokens",
    "identityCenterArn": "; say the instance that Argo CD signs in with, e.g. "
    "arn:aws:sso:::instance/ssoins-1234567890abcdef",
    "vpc": "; name the VPC, e.g. vpc-0123abcd",
    "privateSubnets": "; name the nodes' subnets, e.g. [subnet-0123abcd, subnet-4567cdef]",
    "nodeCidrs": "; name the networks of the nodes, e.g. [10.80.0.0/16]",
    "effect": "; say NoSchedule, PreferNoSchedule or NoExecute",
    "description": "; say what the rule is for",
    "rule": "; name a rule of docs/security.md, e.g. vpc_flow_logs",
    "reason": "; say why",
    "until": "; say the last day on which it holds, e.g. 2027-03-31",
    "instanceTypes": "; name EC2 instance types, e.g. [t3.medium]",
    "nodes": "; say how many, e.g. 2 or {min: 2, desired: 2, max: 6}",
}
"""What a required field that is missing would look like."""


def _not_text(value: Any, literal: str | None) -> str:
    if literal is None or isinstance(value, str | list | dict) or value is None:
        return f"must be text, not {said(value)}"
    as_read = said(value)
    if as_read == literal:
        return f"must be in quotes: {quoted(literal)}"
    return f"must be in quotes: YAML reads {literal} as {as_read}; write {quoted(literal)}"


def names(model: type[BaseModel]) -> dict[str, Any]:
    """A model's fields as the user writes them, with their types."""
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def fields_at(model: type[BaseModel], path: Sequence[PathKey]) -> Iterable[str]:
    """The known keys of the mapping at a path."""
    kinds: list[Any] = [model]
    for step in path:
        kinds = [inner for kind in kinds for inner in _within(kind, step)]
    for kind in kinds:
        if _is_model(kind):
            return names(kind)
    return ()


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _within(kind: Any, step: PathKey) -> Iterator[Any]:
    """The types that may stand one step below a type."""
    if _is_model(kind):
        yield from alternatives(names(kind).get(str(step)))
    elif get_origin(kind) is dict:
        yield from alternatives(get_args(kind)[1])
    elif get_origin(kind) in (tuple, list):
        yield from alternatives(get_args(kind)[0])


def alternatives(annotation: Any) -> Iterator[Any]:
    """The types of a union, without what is annotated to them."""
    if get_origin(annotation) is Annotated:
        yield from alternatives(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, UnionType):
        for each in get_args(annotation):
            yield from alternatives(each)
    else:
        yield annotation
