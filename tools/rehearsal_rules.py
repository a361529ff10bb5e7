"""Makes docs/rehearsal-rules.md: every rule of the embedded AWS, with code, words and sources.

python -m tools.rehearsal_rules           writes the page
python -m tools.rehearsal_rules --check   compares it only
"""

import importlib
import inspect
import pkgutil
import re
import sys
import typing
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

import rehearsal.aws
from rehearsal.aws.rules import RULES, Answer, Rule
from tools import made_file

PAGE = Path(__file__).parents[1] / "docs" / "rehearsal-rules.md"

HEAD = """\
# What the rehearsal's AWS demands

Made by `python -m tools.rehearsal_rules` from the rules in `rehearsal/aws`; do not edit.

Each row is a rule: what is demanded and the page of AWS that demands it, then AWS's answer where it
is not so: error code, words, and where AWS was seen to use them. Where no public source shows them,
the words are ours, and so is the code where it says so.
"""

SERVICES = {
    "ec2": "EC2",
    "eks": "EKS",
    "iam": "IAM",
    "kms": "KMS",
    "logs": "CloudWatch Logs",
    "permissions": "STS",
}


def rules() -> list[Rule]:
    """Every rule of the embedded AWS, by service and module, in the order of writing."""
    for module in pkgutil.walk_packages(rehearsal.aws.__path__, "rehearsal.aws."):
        if not module.name.endswith(".__main__"):
            importlib.import_module(module.name)
    return sorted(RULES, key=lambda rule: rule.module)


def page() -> str:
    """The text of the page."""
    parts = [HEAD]
    for module, own in groupby(rules(), key=lambda rule: rule.module):
        rows = "".join(_row(rule) for rule in own)
        parts.append(f"\n## {_title(module)}\n\n| demand | answer | words |\n|--|--|--|\n{rows}")
    return "".join(parts)


def _title(module: str) -> str:
    """`EKS: node group` of `rehearsal.aws.eks.rules.node_group`."""
    service, *rest = module.removeprefix("rehearsal.aws.").split(".")
    noun = rest[-1].replace("_", " ") if rest else ""
    return f"{SERVICES.get(service, service)}: {noun}".removesuffix(": ")


def _row(rule: Rule) -> str:
    pages = " ".join(f"[{_place(url)}]({url})" for url in rule.pages)
    answers = [_answer(make) for make in rule.answers]
    said = "<br>".join(f"`{code}`: {words}" for code, words, _ in answers)
    seen = "<br>".join(source for *_, source in answers)
    return f"| {rule.demand} {pages} | {said} | {seen} |\n"


def _answer(make: Answer) -> tuple[str, str, str]:
    """Code, words, and where the words were seen."""
    hints = typing.get_type_hints(make)
    answer = make(
        **{name: _placeholder(name, hints.get(name)) for name in inspect.signature(make).parameters}
    )
    if isinstance(answer, Mapping):
        code, words = answer["code"], answer["message"]
    else:
        code, words = answer.code, answer.message
    return code, f"`{words.replace('|', chr(92) + '|')}`", _source(inspect.getdoc(make) or "")


def _placeholder(name: str, kind: object) -> object:
    text = f"<{name}>"
    return [text] if typing.get_origin(kind) is list else text


def _source(text: str) -> str:
    urls = re.findall(r"https://\S+?(?=[.,;)]?(?:\s|$))", text)
    links = " ".join(f"[{_place(url)}]({url})" for url in urls)
    for mark, said in (("Only the code", "ours"), ("Only the demand", "ours, as the code")):
        if text.startswith(mark):
            return said
    return links or text.rstrip(".")


def _place(url: str) -> str:
    """`eksctl#4043` of an issue's address, the last part of another's."""
    issue = re.fullmatch(r"https://github\.com/[^/]+/([^/]+)/(?:issues|pull)/(\d+)\S*", url)
    return f"{issue[1]}#{issue[2]}" if issue else url.rstrip("/").rpartition("/")[2]


if __name__ == "__main__":
    sys.exit(made_file.main(PAGE, page(), "tools.rehearsal_rules"))
