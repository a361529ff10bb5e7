"""Reads a lock file with line numbers, and says how one is written."""

from pathlib import Path

import yaml
from pydantic import ValidationError

from spec.lock.lock import Lock
from spec.messages import message
from spec.problems import Problem, StackFileError, shown_path
from spec.yaml_file import NodePath, YamlFile, read_yaml

_HEADER = """\
# Versions of {stack}, written by `python -m ops lock`. Commit this file: `pulumi up` installs what
# stands here and nothing newer. `python -m ops lock --update` moves it; a line can be changed by
# hand, too.
"""


def stack_name(stack_file: Path) -> str:
    """The stack's name: `dev` of `Pulumi.dev.yaml`."""
    return stack_file.name.removeprefix("Pulumi.").removesuffix(".yaml")


def lock_path(stack_file: Path) -> Path:
    """`locks/<stack>.yaml` beside a stack file."""
    return stack_file.parent / "locks" / f"{stack_name(stack_file)}.yaml"


def advised(stack_file: Path) -> str:
    """The command that makes good what a lock file lacks."""
    return f"run: python -m ops lock {stack_file}"


def read_lock(stack_file: Path) -> tuple[Lock, YamlFile]:
    """The lock of a stack file, with its lines.

    Raises:
        StackFileError: It is not there, or wrong.
    """
    path = lock_path(stack_file)
    if not path.exists():
        raise StackFileError(
            [
                Problem(
                    message=f"is not there: it says the versions of all that {stack_file} makes; "
                    f"{advised(stack_file)}",
                    file=str(path),
                )
            ]
        )
    file = read_yaml(path)
    return parse_lock(file), file


def parse_lock(file: YamlFile) -> Lock:
    """The lock that a YAML file says.

    Raises:
        StackFileError: It is wrong.
    """
    value: object = file.value
    if not isinstance(value, dict):
        told = "must be a mapping that begins with kubernetesVersion"
        raise StackFileError([file.problem((), told)])
    try:
        return Lock.model_validate(value, by_alias=True, by_name=False)
    except ValidationError as error:
        raise StackFileError(_problems(error, file)) from None


def _problems(error: ValidationError, file: YamlFile) -> list[Problem]:
    problems: list[Problem] = []
    for it in error.errors():
        path: NodePath = tuple(it["loc"])
        # Pydantic says "[key]" after a key that is wrong itself.
        of_key = path[-1:] == ("[key]",) and it["input"] == path[-2]
        path = path[:-1] if of_key else path
        told = message(Lock, path, it, file.literals.get(path))
        at_key = of_key or it["type"] == "extra_forbidden"
        problems.append(file.problem(path, told, shown_path=shown_path(path), at_key=at_key))
    return problems


def rendered(stack: str, lock: Lock) -> str:
    """A lock file's text: the same for the same lock."""
    content = lock.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    version = content.pop("kubernetesVersion")
    head = f'{_HEADER.format(stack=stack)}kubernetesVersion: "{version}"\n'
    rest = yaml.safe_dump(content, sort_keys=False, width=100) if content else ""
    return head + rest
