"""Reads a faults file: what goes wrong in a rehearsal, and when.

    - match: {service: ec2, operation: "Describe*"}
      when: {rate: 0.1}
      action: throttling
    - match: {service: eks, operation: CreateCluster}
      action: lost

A call is judged by all faults in the order of the file; the first that fires decides what becomes
of it. `docs/faults.md` explains each field.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, cast, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from spec.facts import health_issue_codes
from spec.model import said, wrong
from spec.problems import Problem, StackFileError, did_you_mean, listed
from spec.yaml_file import NodePath, YamlFile, parse_yaml, read_yaml

Action = Literal[
    "throttling",
    "server-error",
    "unavailable",
    "expired-credential",
    "access-denied",
    "time-out",
    "lost",
    "hang",
    "insufficient-capacity",
    "create-failed",
    "degraded",
]
"""What becomes of a call.

- `throttling`, `server-error`, `unavailable`, `expired-credential`, `access-denied`: it is refused,
  with the service's own code and status, see `spec/facts/fault_codes.tsv`.
- `time-out`: it is neither carried out nor answered.
- `lost`: it is carried out, and the connection closed without an answer.
- `hang`: it is carried out and never answered; the connection stays open until the client goes.
- `insufficient-capacity`: an instance is not launched, because a zone has none left.
- `create-failed`: what the call makes ends as CREATE_FAILED (a cluster: as FAILED).
- `degraded`: the add-on that the call makes ends as DEGRADED.
"""

OUTCOMES = ("create-failed", "degraded")
_CAPACITY_FIELDS = ("zone", "instance_type", "capacity_type")
_CALL_FIELDS = ("service", "operation", "parameters")

Pattern = Annotated[str, Field(min_length=1)]
"""Text with `*` and `?` as in file names; upper and lower case count."""


class _Model(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        frozen=True,
        strict=True,
        validate_by_alias=True,
        validate_by_name=True,
    )


class Match(_Model):
    """Which calls a fault is about; what is not given matches every call.

    Attributes:
        service: As in an ARN: `ec2`, `eks`, `iam`, `kms`, `logs`, `sts`.
        operation: As AWS names it: `CreateCluster`, `Describe*`.
        region: `ap-northeast-2`.
        parameters: Name of a request parameter, at any depth, and what its value must be like. Of
            a list, one element is enough.
        zone: Of `insufficient-capacity` alone: which zone has none left.
        instance_type: Of `insufficient-capacity` alone: of what.
        capacity_type: Of `insufficient-capacity` alone: of which kind; default both.
    """

    service: Pattern = "*"
    operation: Pattern = "*"
    region: Pattern = "*"
    parameters: Mapping[str, Pattern] = {}
    zone: Pattern = "*"
    instance_type: Pattern = "*"
    capacity_type: Literal["ON_DEMAND", "SPOT"] | None = None


class When(_Model):
    """At which of the matching calls a fault fires; without any field, at each of them.

    Attributes:
        nth: At this one alone, counted from 1.
        first: At so many from the start.
        from_: At this one and all after it.
        rate: At this share of them, above 0 and up to 1.
        writes: Whether only calls that change something count as matching.
    """

    nth: Annotated[int, Field(ge=1)] | None = None
    first: Annotated[int, Field(ge=1)] | None = None
    from_: Annotated[Annotated[int, Field(ge=1)] | None, Field(alias="from")] = None
    rate: Annotated[float, Field(gt=0, le=1, strict=False)] | None = None
    writes: bool = False

    @model_validator(mode="after")
    def _one_of_them(self) -> "When":
        given = [name for name in _MOMENTS if getattr(self, name) is not None]
        if len(given) > 1:
            shown = " and ".join(name.rstrip("_") for name in given)
            raise wrong(f"{shown} contradict each other; keep one")
        return self


_MOMENTS = ("nth", "first", "from_", "rate")


class Issue(_Model):
    """A health issue, as EKS shows it at what has failed.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_Issue.html

    Attributes:
        code: One of EKS's.
        message: Any text.
    """

    code: str
    message: Pattern


_ISSUES: Mapping[str, Issue] = {
    # https://github.com/eksctl-io/eksctl/issues/4732
    "CreateNodegroup": Issue(
        code="NodeCreationFailure", message="Instances failed to join the kubernetes cluster"
    ),
    # Code: https://docs.aws.amazon.com/eks/latest/APIReference/API_ClusterIssue.html and
    # API_AddonIssue.html. The messages are unverified.
    "CreateCluster": Issue(code="InternalFailure", message="The cluster could not be created."),
    "CreateAddon": Issue(code="InternalFailure", message="The add-on could not be created."),
}
"""What ails what was not made, where the file does not say."""

# https://docs.aws.amazon.com/eks/latest/APIReference/API_AddonIssue.html
_DEGRADED = Issue(
    code="InsufficientNumberOfReplicas",
    message="The add-on is unhealthy because it doesn't have the desired number of replicas.",
)


class Fault(_Model):
    """One thing that goes wrong.

    Attributes:
        action: What becomes of the call.
        match: Which calls it is about.
        when: At which of them.
        seed: Another seed makes `rate` choose other calls; the same one, the same calls.
        issue: Of `create-failed` and `degraded` alone: the health issue that shows why.
    """

    action: Action
    match: Match = Match()
    when: When = When()
    seed: int = 0
    issue: Issue | None = None

    @property
    def ailment(self) -> Issue:
        """The health issue of what is not made as asked for."""
        default = _DEGRADED if self.action == "degraded" else _ISSUES[self.match.operation]
        return self.issue or default

    @model_validator(mode="after")
    def _fields_of_its_action(self) -> "Fault":
        given = self.match.model_fields_set
        if self.action == "insufficient-capacity":
            _refuse(given & {*_CALL_FIELDS}, "is for calls; launches have zone, instanceType, ...")
            if self.when.writes:
                message = "insufficient-capacity is about launches, which are all writes"
                raise wrong(message, "when", "writes")
        else:
            _refuse(given & {*_CAPACITY_FIELDS}, "belongs to the action insufficient-capacity")
        if self.action not in OUTCOMES:
            if self.issue:
                raise wrong(f"belongs to the actions {listed(OUTCOMES)}", "issue")
            return self
        makers = ["CreateAddon"] if self.action == "degraded" else list(_ISSUES)
        if self.match.operation not in makers:
            at = "operation" if "operation" in given else ""
            message = f"must name what is made: operation is one of {listed(makers)}"
            raise wrong(message, "match", *([at] if at else []))
        codes = health_issue_codes()[self.match.operation]
        if self.issue and self.issue.code not in codes:
            guess = did_you_mean(self.issue.code, codes)
            message = f'"{self.issue.code}" is no health issue of EKS here'
            raise wrong(message + (guess or f"; known are {listed(codes)}"), "issue", "code")
        return self

    def __str__(self) -> str:
        """The fault in one line, as it could stand in the file."""
        return json.dumps(self.model_dump(by_alias=True, exclude_defaults=True), ensure_ascii=False)


def _refuse(fields: set[str], why: str) -> None:
    for field in sorted(fields):
        raise wrong(f"{to_camel(field)} {why}", "match", to_camel(field))


def read_faults(path: Path) -> list[Fault]:
    """Reads and checks a faults file.

    Raises:
        StackFileError: All that is wrong with it.
    """
    return _faults(read_yaml(path))


def parse_faults(name: str, text: str) -> list[Fault]:
    """Checks the text of a faults file.

    Args:
        name: The file's name, for messages.
        text: What it holds.

    Raises:
        StackFileError: All that is wrong with it.
    """
    return _faults(parse_yaml(name, text))


def _faults(file: YamlFile) -> list[Fault]:
    if file.value is None:
        return []
    if not isinstance(file.value, list):
        example = "- {match: {service: eks}, action: throttling}"
        raise StackFileError([file.problem((), f"must be a list of faults, such as\n{example}")])
    faults: list[Fault] = []
    problems: list[Problem] = []
    for index, value in enumerate(cast("list[Any]", file.value)):
        try:
            faults.append(Fault.model_validate(value, by_alias=True, by_name=False))
        except ValidationError as error:
            problems += (_problem(file, index, it) for it in error.errors())
    if problems:
        raise StackFileError(problems)
    return faults


def _problem(file: YamlFile, index: int, error: ErrorDetails) -> Problem:
    path: NodePath = (index, *error["loc"], *error.get("ctx", {}).get("at", ()))
    shown = f"fault {index + 1}" + "".join(f".{step}" for step in path[1:])
    unknown = error["type"] == "extra_forbidden"
    return file.problem(path, _message(error), shown_path=shown, at_key=unknown)


def _message(error: ErrorDetails) -> str:  # noqa: PLR0911, PLR0912 - a table of pydantic's errors
    """What is wrong and what would be right."""
    context, value = error.get("ctx", {}), said(error["input"])
    match error["type"]:
        case "stack_file":
            return context["message"]
        case "missing":
            actions = f"; it is one of {listed(get_args(Action))}"
            return f"is missing{actions if error['loc'][-1] == 'action' else ''}"
        case "extra_forbidden":
            key, known = str(error["loc"][-1]), _known(error["loc"][:-1])
            return f'unknown key "{key}"' + (
                did_you_mean(key, known) or f"; known: {listed(known)}"
            )
        case "literal_error":
            allowed = context["expected"].replace("'", "").replace(" or ", ", ").split(", ")
            guess = did_you_mean(str(error["input"]), allowed)
            return f"must be one of {listed(allowed)}, not {value}{guess}"
        case "string_type":
            return f"must be text, not {value}"
        case "string_too_short":
            return "must not be empty"
        case "int_type" | "int_from_float":
            return f"must be a whole number, not {value}"
        case "float_type" | "float_parsing":
            return f"must be a number, not {value}"
        case "bool_type":
            return f"must be true or false, not {value}"
        case "model_type" | "dict_type" | "mapping_type":
            return f"must be a mapping of keys and values, not {value}"
        case "greater_than_equal":
            return f"must be {context['ge']:g} or more, not {value}"
        case "greater_than":
            return f"must be more than {context['gt']:g}, not {value}"
        case "less_than_equal":
            return f"must be {context['le']:g} or less, not {value}"
        case _:
            return error["msg"]


def _known(path: tuple[str | int, ...]) -> list[str]:
    """The keys of the mapping at a path."""
    models: dict[str, type[BaseModel]] = {"match": Match, "when": When, "issue": Issue}
    model = models.get(str(path[0]), Fault) if path else Fault
    return [field.alias or name for name, field in model.model_fields.items()]
