"""`python -m ops init`: a first stack file, from a few answers.

Each answer is checked at once, by the model that checks stack files: the file is made as it would
be with the answers so far, and read. So no rule is told twice, and what is written passes
`python -m ops check`.
"""

import argparse
import dataclasses
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from ops import lock
from ops.check import summary
from ops.starter_file import render
from ops.user_error import UserError
from spec import facts
from spec.lock import written
from spec.model.principals import CREATOR
from spec.problems import StackFileError, did_you_mean, listed
from spec.stack_file import Stack, parse_stack_file

Answers = Mapping[str, str]
"""What was answered, by question."""

_STACK_NAME = r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}"
"""https://www.pulumi.com/docs/iac/concepts/stacks/, and what EKS takes as a cluster's name."""


class WrongAnswerError(ValueError):
    """An answer cannot be used; the message says why."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Question:
    """One question, and the flag that answers it.

    Attributes:
        name: The answer's name; the flag is made of it.
        text: The question.
        flag_help: What the flag's help says.
        default: The answer that Return stands for; None: there is none.
        choices: All answers that there are; none: any that the model takes.
        placeholder: An answer to check earlier ones with, where there is no default.
        applies: Whether it is asked, given the answers before it.
        several: Whether the flag takes several values.
    """

    name: str
    text: str
    flag_help: str
    default: str | None = None
    choices: Sequence[str] = ()
    placeholder: str = ""
    applies: Callable[[Answers], bool] = lambda _: True
    several: bool = False

    @property
    def flag(self) -> str:
        """E.g. `--nat-gateways`."""
        return f"--{self.name.replace('_', '-')}"

    def understood(self, answer: str) -> str:
        """The answer as it is spelled.

        Raises:
            WrongAnswerError: It is none of the choices.
        """
        if not self.choices:
            return answer
        for choice in self.choices:
            if choice.casefold() == answer.casefold():
                return choice
        guess = did_you_mean(answer, self.choices)
        raise WrongAnswerError(f'must be one of {listed(self.choices)}, not "{answer}"{guess}')


def _is(name: str, *values: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get(name) in values


def _region() -> str | None:
    """The region of the shell's AWS settings."""
    found = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return found if found in facts.regions() else None


def questions() -> tuple[Question, ...]:
    """All questions, in order."""
    return (
        Question(
            name="stack",
            text="Name of the stack, and of the cluster",
            flag_help="the stack's name; the file is Pulumi.<stack>.yaml",
            default="dev",
        ),
        Question(
            name="region",
            text="AWS region",
            flag_help="the AWS region; default: that of AWS_REGION",
            default=_region(),
            placeholder="us-east-1",
        ),
        Question(
            name="kubernetes_version",
            text=f"Kubernetes version ({listed(facts.kubernetes_versions())})",
            flag_help="the Kubernetes version; default: the newest",
            default=next(iter(facts.kubernetes_versions())),
        ),
        Question(
            name="network",
            text="Network: a new VPC, a private one without any way to the internet, one of ipv6, "
            "or an existing one",
            flag_help="new, private (no way to the internet), ipv6 or existing; default: new",
            default="new",
            choices=("new", "private", "ipv6", "existing"),
        ),
        Question(
            name="nat_gateways",
            text="NAT gateways: a single one, or perZone, so that no zone depends on another",
            flag_help="single or perZone; default: single",
            default="single",
            choices=("single", "perZone"),
            applies=_is("network", "new", "ipv6"),
        ),
        Question(
            name="vpc",
            text="The VPC: its id, or a tag as key=value",
            flag_help="the existing VPC: its id, or a tag as key=value",
            placeholder="vpc-0123abcd",
            applies=_is("network", "existing"),
        ),
        Question(
            name="private_subnets",
            text="Subnets of the nodes: ids, or a tag as key=value",
            flag_help="subnets of the nodes in the existing VPC: ids, or a tag as key=value",
            placeholder="subnet-0123abcd subnet-4567cdef",
            applies=_is("network", "existing"),
            several=True,
        ),
        Question(
            name="public_subnets",
            text="Subnets of internet-facing load balancers, in the same way, or none",
            flag_help="subnets of load balancers in the existing VPC, or none; default: none",
            default="none",
            applies=_is("network", "existing"),
            several=True,
        ),
        Question(
            name="admins",
            text=f"Who administers it: ARNs of IAM roles and users, or {CREATOR}, which is whoever "
            "runs the first `pulumi up`",
            flag_help=f"who administers the cluster: {CREATOR} (whoever runs the first `pulumi up`,"
            " the default), or the ARN of an IAM role or user",
            default=CREATOR,
            several=True,
        ),
        Question(
            name="compute",
            text="Nodes: a group of instances, or auto (EKS Auto Mode launches them as needed)",
            flag_help="group, or auto: EKS Auto Mode; default: group",
            default="group",
            choices=("group", "auto"),
        ),
        Question(
            name="instance_types",
            text="Instance type of the nodes; several are tried in turn",
            flag_help="an EC2 instance type; default: t3.medium",
            default="t3.medium",
            applies=_is("compute", "group"),
            several=True,
        ),
        Question(
            name="nodes",
            text="How many nodes, as 2, or from 2 to 6 as 2-6",
            flag_help="how many nodes: 2, or 2-6; default: 2",
            default="2",
            applies=_is("compute", "group"),
        ),
        Question(
            name="public_access_cidrs",
            text="Networks that reach the Kubernetes API from the internet, e.g. your office's as "
            "198.51.100.0/24, or none",
            flag_help="a network that reaches the Kubernetes API from the internet; default: none",
            default="none",
            applies=_is("network", "new", "ipv6", "existing"),
            several=True,
        ),
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's flags."""
    for it in questions():
        parser.add_argument(
            it.flag,
            nargs="+" if it.several else 1,
            metavar=it.name.rpartition("_")[2].upper().removesuffix("S") if it.several else "X",
            help=it.flag_help,
        )
    parser.add_argument(
        "--yes", action="store_true", help="ask nothing: what no flag says is as by default"
    )
    parser.add_argument("--force", action="store_true", help="write over a file that is there")


def init(arguments: argparse.Namespace) -> int:
    """Asks what no flag says, and writes the stack file into the current folder.

    Where standard input is no terminal, answers are its lines; what is not there when it ends is as
    by default.

    Returns:
        0.

    Raises:
        UserError: A flag's value cannot be used, something is missing, or the file is there.
    """
    given: dict[str, list[str]] = {
        it.name: getattr(arguments, it.name)
        for it in questions()
        if getattr(arguments, it.name) is not None
    }
    interview = _Interview(
        flags={name: " ".join(values) for name, values in given.items()},
        source=None if arguments.yes else sys.stdin,
        force=arguments.force,
    )
    answers = interview.held()
    path, text = file_of(answers), render(answers)
    stack = _checked(answers)
    _write(path, text, force=arguments.force)
    lock.write(path, written(stack.cluster))
    print(f"{path}: {summary(stack)}")
    name = answers["stack"]
    print(f"\nNext: make rehearse STACK={name}     on an embedded AWS, without an account")
    print(f"  or: pulumi stack init {name} && pulumi up     on AWS")
    return 0


class _Interview:
    """Questions and answers.

    Attributes:
        flags: Answers that are given already.
        source: Where the others come from; None: nobody is asked.
        force: Whether a file that is there is written over.
    """

    def __init__(self, *, flags: Answers, source: TextIO | None, force: bool) -> None:
        self._flags, self._source, self._force = flags, source, force
        self._answers: dict[str, str] = {}

    def held(self) -> Answers:
        """All answers, each of them right."""
        unused = dict(self._flags)
        for question in questions():
            given = unused.pop(question.name, None)
            if not question.applies(self._answers):
                if given is not None:
                    raise UserError(f"{question.flag} is of no use here: {self._why(question)}")
            elif given is not None:
                self._take_flag(question, given)
            else:
                self._ask(question)
        return self._answers

    def _why(self, question: Question) -> str:
        names = [it for it in ("network", "compute") if it in self._answers]
        if question.name in ("instance_types", "nodes"):
            names = ["compute"]
        elif "network" in names:
            names = ["network"]
        return listed(f"--{it} is {self._answers[it]}" for it in names)

    def _take_flag(self, question: Question, given: str) -> None:
        try:
            self._take(question, given)
        except WrongAnswerError as error:
            raise UserError(f"{question.flag}: {error}") from None

    def _ask(self, question: Question) -> None:
        while True:
            answer = self._read(question)
            if not answer:
                answer = question.default
            if answer is None:
                if self._source is None:
                    raise UserError(f"{question.flag} is needed: {question.flag_help}")
                print("  please answer; there is no default")
                continue
            try:
                return self._take(question, answer)
            except WrongAnswerError as error:
                if self._source is None:
                    raise UserError(f"{question.flag}: {error}") from None
                print(f"  {error}")

    def _read(self, question: Question) -> str:
        """One answer; an empty one stands for the default."""
        if self._source is None:
            return ""
        shown = f" [{question.default}]" if question.default is not None else ""
        print(f"{question.text}{shown}: ", end="", flush=True)
        try:
            line = self._source.readline()
        except UnicodeDecodeError:
            raise UserError("an answer is not UTF-8 text") from None
        if line and not self._source.isatty():
            print(line.rstrip("\n"))
        if not line:
            print()
            if self._source.isatty():
                raise UserError("not all is answered; nothing was written")
            self._source = None
        return line.strip()

    def _take(self, question: Question, answer: str) -> None:
        answers = {**self._answers, question.name: question.understood(answer)}
        if question.name == "stack":
            self._check_name(answer)
        _checked(answers)
        self._answers = answers

    def _check_name(self, name: str) -> None:
        if not re.fullmatch(_STACK_NAME, name):
            raise WrongAnswerError(
                f'"{name}" cannot name a stack and a cluster: it has letters, digits, - and _, and '
                "begins with a letter or digit"
            )
        path = file_of({"stack": name})
        if path.exists() and not self._force:
            raise WrongAnswerError(
                f"{path} is there already; name another stack, or write over it with --force"
            )


def _checked(answers: Answers) -> Stack:
    """The stack that answers make, with what is not answered yet as it can be.

    Raises:
        WrongAnswerError: They do not make one.
    """
    whole = dict(answers)
    for question in questions():
        if question.name not in whole and question.applies(whole):
            whole[question.name] = question.default or question.placeholder
    try:
        return parse_stack_file(str(file_of(whole)), render(whole))
    except StackFileError as error:
        told = dict.fromkeys(it.message for it in error.problems)
        raise WrongAnswerError("\n  ".join(told)) from None


def file_of(answers: Answers) -> Path:
    """The file that is written."""
    return Path(f"Pulumi.{answers['stack']}.yaml")


def _write(path: Path, text: str, *, force: bool) -> None:
    """Writes the file, over one that is there only with `force`.

    Raises:
        UserError: It is there, or cannot be written.
    """
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UserError(f"{path} is there already; write over it with --force") from None
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}") from None
