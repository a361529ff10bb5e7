"""The text of a first stack file, with comments that tell what else there is."""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from spec.model.access import NOBODY
from spec.model.principals import CREATOR

_SCHEMA = Path(__file__).parents[1] / "schema" / "stack.schema.json"


def render(answers: Mapping[str, str]) -> str:
    """The stack file that says what was answered.

    Args:
        answers: The answers of `ops.init`, by question.
    """
    schema = os.path.relpath(_SCHEMA)
    schema = schema if schema.startswith("..") else f"./{schema}"
    lines = [
        f"# yaml-language-server: $schema={schema}",
        f"# The cluster {answers['stack']}. docs/stack-file.md describes every field;",
        "# `python -m ops check` checks this file, docs/examples has more.",
        "config:",
        f"  aws:region: {_yaml(answers['region'])}",
        '  # aws:allowedAccountIds: ["123456789012"] # credentials of other accounts are refused',
        "  # In quotes: YAML reads an unquoted 1.30 as 1.3.",
        f'  cluster:kubernetesVersion: "{_in_quotes(answers["kubernetes_version"])}"',
        "",
        *_network(answers),
        "",
        *_endpoint(answers),
        "",
        *_access(answers),
        "",
        "  # cluster:controlPlane: {deletionProtection: true} # for clusters that people depend on",
        "",
        *(_auto_mode() if answers["compute"] == "auto" else _node_group(answers)),
    ]
    return "\n".join(lines) + "\n"


def _network(answers: Mapping[str, str]) -> Iterable[str]:
    yield "  cluster:network:"
    if answers["network"] == "existing":
        yield "    existing: # looked up and checked before anything is made"
        yield f"      vpc: {_by_tags(answers['vpc'])}"
        yield f"      privateSubnets: {_subnets(answers['private_subnets'])}"
        if _list(answers["public_subnets"]):
            yield f"      publicSubnets: {_subnets(answers['public_subnets'])}"
        yield "      # Load balancers find subnets by their tags, which true puts on."
        yield "      tagSubnets: true"
        return
    yield "    cidr: 10.0.0.0/16 # must not overlap networks that the VPC shall talk to"
    yield "    availabilityZones: 3 # or names of zones"
    if answers["network"] == "private":
        yield "    # No way to the internet: VPC endpoints are made for what nodes need, and images"
        yield "    # come from ECR of the same region."
        yield "    natGateways: none"
        yield "    vpcEndpoints: [s3, logs] # further ones"
        return
    if answers["network"] == "ipv6":
        yield "    ipFamily: ipv6 # of pods and services; cannot be changed later"
    other = {
        "single": "perZone: no zone depends on another's gateway",
        "perZone": "single: one for all zones costs less",
    }[answers["nat_gateways"]]
    yield f"    natGateways: {answers['nat_gateways']} # {other}"


def _endpoint(answers: Mapping[str, str]) -> Iterable[str]:
    yield "  cluster:endpoint:"
    if networks := _list(answers.get("public_access_cidrs", "none")):
        yield "    # From the internet, these networks alone reach the Kubernetes API."
        yield f"    publicAccessCidrs: [{', '.join(_yaml(it) for it in networks)}]"
    else:
        yield "    # None: the Kubernetes API is reached from inside the VPC only."
        yield "    publicAccessCidrs: []"


def _access(answers: Mapping[str, str]) -> Iterable[str]:
    admins = _list(answers["admins"])
    yield "  cluster:access:"
    if admins == [NOBODY]:
        yield "    admins: nobody"
        return
    if CREATOR in admins:
        yield f"    # {CREATOR}: whoever runs the first `pulumi up`."
    yield f"    admins: [{', '.join(_yaml(it) for it in admins)}]"
    if CREATOR not in admins:
        yield "    # Who runs `pulumi up` and shall not administer the cluster is named here:"
        yield "    # deployersWithoutAdmin: [arn:aws:iam::123456789012:role/deploy]"


def _auto_mode() -> Iterable[str]:
    yield "  cluster:autoMode:"
    yield "    nodePools: [general-purpose, system] # AWS's own; others are made in Kubernetes"


def _node_group(answers: Mapping[str, str]) -> Iterable[str]:
    types = ", ".join(_yaml(it) for it in _list(answers["instance_types"]))
    yield "  cluster:nodeGroups:"
    yield "    general:"
    yield f"      instanceTypes: [{types}]"
    if found := re.fullmatch(r"([0-9]+)\s*-\s*([0-9]+)", answers["nodes"]):
        low, high = found.groups()
        yield f"      nodes: {{ min: {int(low)}, desired: {int(low)}, max: {int(high)} }}"
    else:
        number = answers["nodes"]
        shown = str(int(number)) if re.fullmatch("[0-9]+", number) else _yaml(number)
        yield f"      nodes: {shown} # or {{ min: 2, desired: 2, max: 6 }}"
    yield "      # capacityType: SPOT # cheaper; AWS takes such nodes back at two minutes' notice"


def _list(answer: str) -> list[str]:
    """The entries of an answer, between commas or spaces; `none` stands for no entry."""
    entries = [it for it in re.split(r"[,\s]+", answer) if it]
    return [] if [it.casefold() for it in entries] == ["none"] else entries


def _by_tags(answer: str) -> str:
    """An id, or tags."""
    return _subnets(answer) if "=" in answer else _yaml(answer)


def _subnets(answer: str) -> str:
    """Subnets as ids, or by their tags."""
    entries = _list(answer)
    tags = [it.partition("=") for it in entries]
    if tags and all(equals for _, equals, _ in tags):
        inner = ", ".join(f"{_yaml(key)}: {_yaml(value)}" for key, _, value in tags)
        return f"{{ tags: {{ {inner} }} }}"
    return f"[{', '.join(_yaml(it) for it in entries)}]"


def _yaml(text: str) -> str:
    """A text as YAML: plain where that means the same."""
    try:
        if re.fullmatch(r"(?!-$)[\w./:@+=-]+", text) and yaml.safe_load(f"{{a: [{text}]}}") == {
            "a": [text]
        }:
            return text
    except (yaml.YAMLError, ValueError):
        pass
    return f'"{_in_quotes(text)}"'


def _in_quotes(text: str) -> str:
    """A text as it stands between double quotes in YAML."""
    return yaml.safe_dump(text, default_style='"', width=10_000, allow_unicode=True).strip()[1:-1]
