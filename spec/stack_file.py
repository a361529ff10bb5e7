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
import datetime
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, cast

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import ErrorDetails

from spec.lock import applied, lacking
from spec.lock.file import advised, read_lock, stack_name
from spec.messages import message as message_of
from spec.messages import names
from spec.model import ClusterSpec, said, wrong
from spec.model.base import Check
from spec.model.broken import Broken
from spec.problems import (
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


class AwsSettings(BaseModel, extra="forbid", frozen=True, strict=True):
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
    """Reads and checks a stack file and its lock file, without engine and network.

    Args:
        path: A `Pulumi.<stack>.yaml`; the stack's name is the default of the cluster's.

    Raises:
        StackFileError: All that is wrong with it, or with its lock file.
    """
    return _pinned(read_unpinned(path), path)


def read_unpinned(path: Path) -> Stack:
    """Reads and checks a stack file alone: versions that the lock file says are not in it.

    Raises:
        StackFileError: All that is wrong with it.
    """
    return _read(path, read_yaml(path))


def parse_stack_file(name: str, text: str) -> Stack:
    """Checks the text of a stack file alone, without engine and network.

    Args:
        name: The file's name, `Pulumi.<stack>.yaml`.
        text: What it holds.

    Raises:
        StackFileError: All that is wrong with it.
    """
    return _read(Path(name), parse_yaml(name, text))


def _pinned(stack: Stack, path: Path) -> Stack:
    """The stack with the versions of its lock file.

    Raises:
        StackFileError: There is none, it is wrong, or lacks something.
    """
    lock, file = read_lock(path)
    if broken := lacking(stack.cluster, lock):
        raise StackFileError(
            file.problem(it.path, f"{it.message}; {advised(path)}", shown_path=shown_path(it.path))
            for it in broken
        )
    return dataclasses.replace(stack, cluster=applied(stack.cluster, lock))


def _read(path: Path, file: YamlFile) -> Stack:
    config = _config_of(file)
    entries = {_canonical(key): _Entry(value=value, file_key=key) for key, value in config.items()}
    return _stack(stack_name(path), entries, file)


def stack_from_engine(stack_name: str) -> Stack:
    """The stack as the running engine sees it, with the versions of its lock file.

    Args:
        stack_name: The stack's name, the default of the cluster's; the lock file is
            `locks/<stack>.yaml` in the program's folder.

    Raises:
        StackFileError: All that is wrong with it, or with its lock file.
    """
    return _pinned(unpinned_from_engine(stack_name), Path(f"Pulumi.{stack_name}.yaml"))


def unpinned_from_engine(stack_name: str) -> Stack:
    """The stack as the running engine sees it: versions that the lock file says are not in it.

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
        return json.loads(text) == _as_engine_has_it(written)
    except (ValueError, RecursionError):
        return said(written) == text


def _as_engine_has_it(written: Any) -> Any:
    """A value of the file with dates as the engine hands them on."""
    if isinstance(written, dict):
        entries = cast("dict[str, Any]", written)
        return {key: _as_engine_has_it(it) for key, it in entries.items()}
    if isinstance(written, list):
        return [_as_engine_has_it(it) for it in cast("list[Any]", written)]
    return f"{written} 00:00:00 +0000 UTC" if isinstance(written, datetime.date) else written


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
        return message_of(_MODELS[namespace], path, error, literal, _FIELDS[namespace]) + hint

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


_MODELS: Mapping[str, type[BaseModel]] = {"aws": AwsSettings, "cluster": ClusterSpec}

_FIELDS: dict[str, dict[str, Any]] = {
    namespace: names(model) for namespace, model in _MODELS.items()
}
_FIELDS["aws"]["region"] = _FIELDS["cluster"].pop("region")
