"""Reads `bootstrap/Pulumi.<name>.yaml`, or what Pulumi's engine made of it, into the model."""

import dataclasses
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, ValidationError

from spec.bootstrap.model import BootstrapSpec
from spec.messages import message, names
from spec.problems import Problem, StackFileError, did_you_mean, quoted, shown_path
from spec.stack_file import AwsSettings
from spec.yaml_file import NodePath, YamlFile, read_yaml

_MODELS: Mapping[str, type[BaseModel]] = {"aws": AwsSettings, "bootstrap": BootstrapSpec}
_EXAMPLE = "config: {aws:region: ap-northeast-2, ...}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Bootstrap:
    """All that one file says.

    Attributes:
        spec: What to make.
        aws: How to reach AWS.
    """

    spec: BootstrapSpec
    aws: AwsSettings


def read_bootstrap_file(path: Path) -> Bootstrap:
    """Reads and checks a file, without engine and network.

    Args:
        path: A `Pulumi.<name>.yaml`.

    Raises:
        StackFileError: All that is wrong with it.
    """
    file = read_yaml(path)
    content: Any = file.value
    config: Any = cast("dict[str, Any]", content).get("config") if content else None
    if not isinstance(config, dict):
        said = f"has no settings; it needs {_EXAMPLE}"
        raise StackFileError([file.problem(("config",), said, shown_path="config")])
    return _bootstrap(cast("dict[str, Any]", config), file)


def from_engine(name: str) -> Bootstrap:
    """What the running engine hands to the program.

    Args:
        name: The Pulumi stack's name; its file, where it lies in the program's folder, tells lines.

    Raises:
        StackFileError: All that is wrong.
    """
    path = Path(f"Pulumi.{name}.yaml")
    file = read_yaml(path) if path.exists() else None
    config = json.loads(os.environ.get("PULUMI_CONFIG", "{}"))
    return _bootstrap({key: _value(key, text) for key, text in config.items()}, file)


def _value(key: str, text: str) -> Any:
    """A value as the engine passes it: text as it is, anything else as JSON."""
    namespace, _, name = key.partition(":")
    if namespace in _MODELS and names(_MODELS[namespace]).get(name) is str:
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _bootstrap(config: Mapping[str, Any], file: YamlFile | None) -> Bootstrap:
    values: dict[str, dict[str, Any]] = {namespace: {} for namespace in _MODELS}
    problems: list[Problem] = []
    for key, value in config.items():
        namespace, _, name = key.partition(":")
        if namespace in values:
            values[namespace][name] = value
        elif namespace != "pulumi":  # the engine's own settings
            known = [f"{it}:{field}" for it, model in _MODELS.items() for field in names(model)]
            said = f"unknown key {quoted(key)}{did_you_mean(key, known)}"
            problems.append(_problem(file, (key,), said, at_key=True))
    if "region" in values["aws"]:
        values["bootstrap"]["region"] = values["aws"].pop("region")
    made: dict[str, Any] = {}
    for namespace, model in _MODELS.items():
        try:
            made[namespace] = model.model_validate(values[namespace], by_alias=True, by_name=False)
        except ValidationError as error:
            problems += _problems(namespace, error, file)
    if problems:
        raise StackFileError(problems)
    return Bootstrap(spec=made["bootstrap"], aws=made["aws"])


def _problems(namespace: str, error: ValidationError, file: YamlFile | None) -> Iterator[Problem]:
    """Pydantic's errors in the user's words, at the user's lines."""
    model = _MODELS[namespace]
    for it in error.errors():
        path: NodePath = (*it["loc"], *it.get("ctx", {}).get("at", ()))
        of_region = path[:1] == ("region",)
        top = f"{'aws' if of_region else namespace}:{path[0]}" if path else ""
        place: NodePath = (top, *path[1:]) if path else ()
        literal = file.literals.get(("config", *place)) if file else None
        told = message(model, path, it, literal, names(model))
        yield _problem(file, place, told, at_key=it["type"] == "extra_forbidden")


def _problem(file: YamlFile | None, path: NodePath, said: str, *, at_key: bool) -> Problem:
    if file is None:
        return Problem(message=said, path=shown_path(path))
    return file.problem(("config", *path), said, shown_path=shown_path(path), at_key=at_key)
