"""Makes docs/security.md: what is secure by default, and every rule with its scanners' names.

python -m tools.security_rules           writes the page
python -m tools.security_rules --check   compares it only
"""

import sys
from pathlib import Path

from policy import RULES, Rule
from policy.tables import ScannerRule, allowed, elsewhere, scanner_rules, settings
from spec import facts
from tools import made_file
from tools.checkov import version

PAGE = Path(__file__).parents[1] / "docs" / "security.md"

HEAD = """\
# Security

Made by `python -m tools.security_rules` from the rules and tables in `policy`; do not edit.

## By default

A stack file that says nothing of security ([minimal](examples/Pulumi.minimal.yaml)) has:

- a Kubernetes API that is reached from inside the VPC only;
- secrets and logs encrypted with a KMS key of the cluster's own, which rotates and stays with the
  account;
- all logs of the control plane, and flow logs of what the network refuses, kept for a year;
- nodes in private subnets, without public addresses, SSH or user data; their volumes are encrypted,
  and pods outside the host's network do not reach the instance metadata service, nor the node's
  role;
- a role of its own for each add-on that calls AWS, taken on through EKS Pod Identity;
- access by access entries alone: whoever runs `pulumi up` is an administrator only where the stack
  file says so;
- an emptied default security group.

What else [production](examples/Pulumi.production.yaml) has is marked with *no* in the column *by
default*.

## How it is checked

`policy` has a rule for each row below: a small function that looks at what the program registers.
Tests hold all rules against every example stack, and change the production example in one setting
after another: each time exactly the rule that it concerns must break (`tests/security`). As a
[policy pack](policy.md) the rules judge what Pulumi's engine is about to make; there, too, each is
seen to hold and to fail.

checkov {checkov} itself scans every example, each of those changes and AWS's own defaults, written
as Terraform plans: nothing fails for the production example, and every rule of checkov in the table
is seen to fail. It runs in an environment of its own and calls nobody. trivy and KICS are not run:
what they demand is in our rules.

This proves what the program asks of AWS. It does not see what people change later, in AWS or in
Kubernetes, nor what EKS makes by itself: the
[security group of the cluster](https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html),
which lets all traffic out, and the Auto Scaling groups of node groups.
"""

RULES_HEAD = """
## Rules

*Level* is what the [policy pack](policy.md) makes of it: `mandatory` stops `pulumi preview` and
`pulumi up`, `advisory` is told. A waiver excuses for a while all but those that are *never waived*.

| rule | demand | level | at stake | setting | by default | checkov | trivy, KICS and others |
|--|--|--|--|--|--|--|--|
"""

ELSEWHERE_HEAD = """
## What concerns no stack

Demands of scanners for things that no stack makes. A test fails once one of them is made.

| demand | why not | names |
|--|--|--|
"""

ALLOWED_HEAD = """
## What examples keep

Findings of checkov that are meant. A test fails once they have to be looked at again.

| finding | examples | why | until |
|--|--|--|--|
"""


def page() -> str:
    """The text of the page."""
    return "".join(
        (
            HEAD.format(checkov=version()),
            RULES_HEAD,
            *map(_rule, RULES),
            ELSEWHERE_HEAD,
            *(f"| {it.demand} | {it.reason} | {_names(_of(it.rule))} |\n" for it in elsewhere()),
            ALLOWED_HEAD,
            *(
                f"| {it.id} | {', '.join(it.stacks)} | {it.reason} | {it.until} |\n"
                for it in allowed()
            ),
        )
    )


def _rule(rule: Rule) -> str:
    setting = settings()[rule.id]
    checkov = ", ".join(it.id for it in _of(rule.id) if it.scanner == "checkov")
    others = [it for it in _of(rule.id) if it.scanner != "checkov"]
    cells = (
        f"`{rule.id}`",
        rule.demand,
        _level(rule),
        rule.severity.name.lower(),
        setting.setting,
        "yes" if setting.by_default else "*no*",
        checkov or "does not look",
        _names(others),
    )
    return f"| {' | '.join(cells)} |\n"


def _level(rule: Rule) -> str:
    of = facts.guardrails()[rule.id]
    level = "mandatory" if of.is_mandatory else "advisory"
    return f"{level}, *never waived*: {of.never_waived}" if of.never_waived else level


def _of(rule: str) -> list[ScannerRule]:
    return [it for it in scanner_rules() if it.rule == rule]


def _names(named: list[ScannerRule]) -> str:
    return "<br>".join(f"{it.scanner} {it.id}{f' ({it.note})' if it.note else ''}" for it in named)


if __name__ == "__main__":
    sys.exit(made_file.main(PAGE, page(), "tools.security_rules"))
