"""Rules: what AWS demands of a call, and what it answers if that is not so.

A rule is a small function beside the data that it judges. It is named after what it demands, its
docstring says the demand in one sentence and then the page of AWS that makes it, it gets plain
values, and it raises what AWS answers. The operations call the rules; nothing else refuses.

    @rule(errors.too_few_zones)
    def lies_in_two_zones(name: str, zones: Iterable[str]) -> None:
        \"\"\"The subnets of a cluster lie in at least two Availability Zones.

        https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
        \"\"\"
        if len(set(zones)) < 2:
            raise errors.too_few_zones(name)

`docs/rehearsal-rules.md` is made of what is registered here, by tools/rehearsal_rules.py.
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

# Makes what AWS answers: an exception with code and message, or a health issue, which has both as
# members. Its docstring says where AWS was seen to use the words.
Answer = Callable[..., Any]

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Rule:
    """One demand of AWS.

    Attributes:
        module: where it is written, as `rehearsal.aws.eks.rules.cluster`.
        name: of the function.
        demand: in a sentence.
        pages: where AWS makes it.
        answers: what AWS answers where it is not met.
    """

    module: str
    name: str
    demand: str
    pages: tuple[str, ...]
    answers: tuple[Answer, ...]


RULES: list[Rule] = []


def rule(*answers: Answer) -> Callable[[Function], Function]:
    """Register a function as a rule that gives one of these answers.

    Raises:
        ValueError: its docstring says no demand, or no page of AWS.
    """

    def register(function: Function) -> Function:
        text = inspect.getdoc(function) or ""
        demand = " ".join(text.partition("\n\n")[0].split())
        pages = tuple(re.findall(r"https://\S+?(?=[.,;)]?(?:\s|$))", text))
        if not demand or not pages:
            raise ValueError(f"{function.__name__}: a rule says its demand and where AWS makes it")
        RULES.append(Rule(function.__module__, function.__name__, demand, pages, answers))
        return function

    return register
