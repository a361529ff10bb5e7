"""Reads a stack file, or what Pulumi's engine made of it, into the model.

    config:
      aws:region: ap-northeast-2
      cluster:kubernetesVersion: "1.36"
      cluster:nodeGroups:
        general: {instanceTypes: [t3.medium], nodes: 2}

Keys of the `cluster:` namespace are the fields of `spec.model.ClusterSpec`; the region is
`aws:region`, where every Pulumi user looks for it.
"""

import dataclasses
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, cast, get_args, get_origin

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails

from spec.model import ClusterSpec, said, wrong
from spec.model.base import Check
from spec.model.broken import Broken
from spec.problems import (
    PathKey,
    Problem,
    StackFileError,
    did_you_mean,
    listed,
    quoted,
    shown_path,
)
from spec.yaml_file import NodePath, YamlFile, parse_yaml, read_yaml

_TOP_LEVEL_KEYS = ("config", "encryptedkey", "encryptionsalt", "environment", "secretsprovider")
"""https://www.pulumi.com/docs/iac/concepts/projects/stack-settings-file/"""

_EXAMPLE = "config: {aws:region: ap-northeast-2, ...}"


def _account_id(value: str) -> str:
    if not re.fullmatch("[0-9]{12}", value):
        raise wrong(f"{quoted(value)} is not an AWS account id, which is 12 digits")
    return value


class AwsSettings(
    BaseModel, extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
):
    """Keys of the `aws:` namespace besides the region: how to reach AWS, not what to make there.

    https://www.pulumi.com/registry/packages/aws/installation-configuration/
    """

    profile: Annotated[str, Field(min_length=1)] | None = None
    """A profile of the AWS configuration files. Default: the environment's."""
    allowed_account_ids: Annotated[
        list[Annotated[str, Check(_account_id, lambda: {"pattern": "^[0-9]{12}$"})]] | None,
        Field(alias="allowedAccountIds", examples=[["123456789012"]]),
    ] = None
    """Accounts that may be changed; any other is refused. Default: all."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Stack:
    """All that one stack file says.

    Attributes:
        cluster: The cluster.
        aws: How to reach AWS.
        told: Where in the stack file something is broken: what AWS alone can tell.
    """

    cluster: ClusterSpec
    aws: AwsSettings
    told: Callable[[Iterable[Broken]], StackFileError]


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Entry:
    """One `namespace:name` of the configuration.

    Attributes:
        value: Its plain value.
        file_key: The key under `config` in the stack file; None if the value is not from there.
    """

    value: Any
    file_key: str | None


def read_stack_file(path: Path) -> Stack:
    """Reads and checks a stack file, without engine and network.

    Args:
        path: A `Pulumi.<stack>.yaml`; the stack's name is the default of the cluster's.

    Raises:
        StackFileError: All that is wrong with it.
    """
    return _read(path, read_yaml(path))


def parse_stack_file(name: str, text: str) -> Stack:
    """Checks the text of a stack file, without engine and network.

    Args:
        name: The file's name, `Pulumi.<stack>.yaml`.
        text: What it holds.

    Raises:
        StackFileError: All that is wrong with it.
    """
    return _read(Path(name), parse_yaml(name, text))


def _read(path: Path, file: YamlFile) -> Stack:
    config = _config_of(file)
    entries = {_canonical(key): _Entry(value=value, file_key=key) for key, value in config.items()}
    return _stack(_stack_name(path), entries, file)


def stack_from_engine(stack_name: str) -> Stack:
    """The stack as the running engine sees it.

    The engine's values count: they include `--config` flags and decrypted secrets. The stack file
    in the program's folder adds lines and columns, and the literal text of what YAML reads as
    something else, where it says the same.

    Args:
        stack_name: The stack's name, the default of the cluster's.

    Raises:
        StackFileError: All that is wrong with it.
    """
    path = Path(f"Pulumi.{stack_name}.yaml")
    file = read_yaml(path) if path.exists() else None
    in_file = {_canonical(key): key for key in _config_of(file)} if file else {}
    entries: dict[str, _Entry] = {}
    for key, text in json.loads(os.environ.get("PULUMI_CONFIG", "{}")).items():
        value: Any = _from_engine(key, text)
        file_key = in_file.get(key)
        if file and file_key is not None:
            written = file.value["config"][file_key]
            if _same(written, text):
                entries[key] = _Entry(value=written, file_key=file_key)
                continue
        entries[key] = _Entry(value=value, file_key=None)
    return _stack(stack_name, entries, file)


def _stack_name(path: Path) -> str:
    return path.name.removeprefix("Pulumi.").removesuffix(".yaml")


def _config_of(file: YamlFile) -> Mapping[str, Any]:
    """The `config` mapping of a stack file.

    Raises:
        StackFileError: The file is not shaped like a stack file.
    """
    if file.value is None:
        raise StackFileError([file.problem((), f"is empty; it needs {_EXAMPLE}")])
    if not isinstance(file.value, dict):
        raise StackFileError([file.problem((), f"must be a mapping that begins with {_EXAMPLE}")])
    top_level = cast("dict[str, Any]", file.value)
    unknown = [
        file.problem(
            (key,),
            f"unknown key {quoted(key)}"
            + (did_you_mean(key, _TOP_LEVEL_KEYS) or f"; known are {listed(_TOP_LEVEL_KEYS)}"),
            shown_path=shown_path((key,)),
            at_key=True,
        )
        for key in top_level
        if key not in _TOP_LEVEL_KEYS
    ]
    if unknown:
        raise StackFileError(unknown)
    config = top_level.get("config")
    if not isinstance(config, dict):
        message = f"has no settings; it needs {_EXAMPLE}"
        raise StackFileError([file.problem(("config",), message, shown_path="config")])
    return cast("dict[str, Any]", config)


def _canonical(key: str) -> str:
    """A key with its namespace: Pulumi files one without under the project's name."""
    return key if ":" in key else f"eks-cluster:{key}"


def _from_engine(key: str, text: str) -> Any:
    """A value as the engine passes it: text as it is, anything else as JSON."""
    namespace, _, name = key.partition(":")
    fields = _FIELDS.get(namespace, {})
    if name in fields and fields[name] is str:
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _same(written: Any, text: str) -> bool:
    if isinstance(written, str):
        return written == text
    try:
        return json.loads(text) == written
    except (ValueError, RecursionError):
        return said(written) == text


def _stack(stack_name: str, entries: Mapping[str, _Entry], file: YamlFile | None) -> Stack:
    problems: list[Problem] = []
    values: dict[str, dict[str, Any]] = {"aws": {}, "cluster": {}}
    for key, entry in entries.items():
        namespace, _, name = key.partition(":")
        if namespace in values:
            values[namespace][name] = entry.value
        elif namespace != "pulumi":  # the engine's own settings
            problems.append(_unread(key, entry, file))
    values["cluster"].setdefault("name", stack_name)
    if values["cluster"].pop("region", None) is not None:  # a field, but not of this name
        problems.append(_unread("cluster:region", entries["cluster:region"], file))
    region = values["aws"].pop("region", None)
    if region is not None:
        values["cluster"]["region"] = region

    cluster = aws = None
    try:
        cluster = ClusterSpec.model_validate(values["cluster"], by_alias=True, by_name=False)
    except ValidationError as error:
        problems += _problems("cluster", error, entries, file)
    try:
        aws = AwsSettings.model_validate(values["aws"])
    except ValidationError as error:
        problems += _problems("aws", error, entries, file)
    known = {problem.path for problem in problems}
    problems += (it for it in _empty(entries, file) if it.path not in known)
    if problems or cluster is None or aws is None:
        raise StackFileError(problems)

    def told(broken: Iterable[Broken]) -> StackFileError:
        return StackFileError(_broken_problem(it, entries, file) for it in broken)

    return Stack(cluster=cluster, aws=aws, told=told)


def _unread(key: str, entry: _Entry, file: YamlFile | None) -> Problem:
    """A key of a namespace that nothing reads: most likely a misspelt one."""
    name = key.partition(":")[2]
    known = [f"{namespace}:{field}" for namespace, them in _FIELDS.items() for field in them]
    by_name = [full for full in known if full.partition(":")[2] == name]
    guess = f'; did you mean "{by_name[0]}"?' if by_name else did_you_mean(key, known)
    name = entry.file_key or key
    shown = shown_path((name,))
    message = f"unknown key {quoted(name)}{guess or '; settings begin with cluster: or aws:'}"
    if file and entry.file_key is not None:
        return file.problem(("config", entry.file_key), message, shown_path=shown, at_key=True)
    return Problem(message=message, path=shown)


def _empty(entries: Mapping[str, _Entry], file: YamlFile | None) -> Iterator[Problem]:
    """Keys without a value: they would mean what their absence means, and look as if they did not.

    `autoMode:` alone does not switch Auto Mode on.
    """
    for key, entry in entries.items():
        namespace, _, name = key.partition(":")
        if namespace not in _FIELDS:
            continue
        for path in _nothings(entry.value, (name,)):
            hint = "; {} stands for all defaults" if path == ("autoMode",) else ""
            message = f"has no value: write one, or remove the key{hint}"
            yield _at(namespace, path, lambda _, it=message: it, entries, file, at_key=True)


def _nothings(value: Any, path: NodePath) -> Iterator[NodePath]:
    """The paths where nothing is said."""
    if value is None:
        yield path
    elif isinstance(value, dict):
        for key, inner in cast("dict[str, Any]", value).items():
            yield from _nothings(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(cast("list[Any]", value)):
            yield from _nothings(inner, (*path, index))


def _problems(
    namespace: str, error: ValidationError, entries: Mapping[str, _Entry], file: YamlFile | None
) -> Iterator[Problem]:
    """Pydantic's errors in the user's words, at the user's lines."""
    for it in error.errors():
        if it["type"] == "stack_file_rules":
            for broken in it.get("ctx", {})["broken"]:
                inner = dataclasses.replace(broken, path=(*it["loc"], *broken.path))
                yield _broken_problem(inner, entries, file)
        else:
            yield _problem(namespace, it, entries, file)


def _problem(
    namespace: str, error: ErrorDetails, entries: Mapping[str, _Entry], file: YamlFile | None
) -> Problem:
    """One of pydantic's errors in the user's words, at the user's line."""
    path: NodePath = tuple(error["loc"])
    # Pydantic says "[key]" after a key that is wrong itself; a key may be spelled so, too.
    of_key = path[-1:] == ("[key]",) and error["input"] == path[-2]
    at_key = of_key or error["type"] == "extra_forbidden"
    if of_key:
        path = path[:-1]
    path += tuple(error.get("ctx", {}).get("at", ()))
    if namespace == "cluster" and path[:1] == ("region",):
        namespace = "aws"

    def message(literal: str | None) -> str:
        said_by_stack = path == ("name",) and "cluster:name" not in entries
        hint = "; it is the stack's, as there is no cluster:name" if said_by_stack else ""
        return _message(namespace, path, error, literal) + hint

    return _at(namespace, path, message, entries, file, at_key=at_key)


def _broken_problem(
    broken: Broken, entries: Mapping[str, _Entry], file: YamlFile | None
) -> Problem:
    """A broken rule at the user's line."""
    return _at(
        "cluster", broken.path, lambda _: broken.message, entries, file, at_key=broken.at_key
    )


def _at(
    namespace: str,
    path: NodePath,
    message: Callable[[str | None], str],
    entries: Mapping[str, _Entry],
    file: YamlFile | None,
    *,
    at_key: bool = False,
) -> Problem:
    """A problem at a path below a namespace.

    Args:
        namespace: `cluster` or `aws`.
        path: Where, below it.
        message: What is wrong, given the value as the file has it, if it is a scalar there.
        entries: All keys of the configuration.
        file: The stack file.
        at_key: Whether the key is what is wrong.
    """
    key = f"{namespace}:{path[0]}"
    shown = shown_path((key, *path[1:]))
    entry = entries.get(key)
    if file is None or (entry and entry.file_key is None):
        return Problem(message=message(None), path=shown)
    file_key = entry.file_key if entry and entry.file_key is not None else key
    file_path: NodePath = ("config", file_key, *path[1:])
    told = message(file.literals.get(file_path))
    return file.problem(file_path, told, shown_path=shown, at_key=at_key)


def _message(  # noqa: PLR0911, PLR0912 - a table of pydantic's error types
    namespace: str, path: NodePath, error: ErrorDetails, literal: str | None
) -> str:
    """What is wrong and what would be right.

    Args:
        namespace: `cluster` or `aws`.
        path: Where, below the namespace.
        error: pydantic's own words.
        literal: The value as it is written in the file, if it is a scalar there.
    """
    context = error.get("ctx", {})
    value = said(error["input"])
    match error["type"]:
        case "stack_file":
            return context["message"]
        case "missing":
            return f"is missing{_NEEDED.get(path[-1], '')}"
        case "extra_forbidden":
            known = _fields_at(namespace, path[:-1])
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


_MODELS: Mapping[str, type[BaseModel]] = {"aws": AwsSettings, "cluster": ClusterSpec}

_FIELDS: dict[str, dict[str, Any]] = {
    namespace: names(model) for namespace, model in _MODELS.items()
}
_FIELDS["aws"]["region"] = _FIELDS["cluster"].pop("region")


def _fields_at(namespace: str, path: Sequence[PathKey]) -> Iterable[str]:
    """The known keys of the mapping at a path."""
    if not path:
        return _FIELDS[namespace]
    kinds: list[Any] = [_MODELS[namespace]]
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
