"""Makes docs/stack-file.md: every field of the stack file, from the model's own words.

python -m tools.stack_file_docs           writes the page
python -m tools.stack_file_docs --check   compares it only

Fields, values, defaults and ranges are those of the JSON Schema; what a field is for is the text
below it in spec/model, and rules between fields are those of spec/model/rules.py. Only examples are
written here; a test checks them.
"""

import inspect
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from spec.model.rules import RULES
from spec.problems import StackFileError
from spec.stack_file import parse_stack_file
from tools import made_file, stack_schema

PAGE = Path(__file__).parents[1] / "docs" / "stack-file.md"

Node = Mapping[str, Any]

HEAD = """\
# The stack file

Made by `python -m tools.stack_file_docs` from [spec/model](../spec/model); do not edit.

`Pulumi.<stack>.yaml` describes one cluster. This is all that is needed; every other field has a
default that is secure:

```yaml
{minimal}```

`python -m ops init` writes such a file from a few answers. [docs/examples](examples) has more: for
production, without any way to the internet, with IPv6, with EKS Auto Mode, in a VPC that is there.

Keys are camelCase. Values that AWS and Kubernetes spell differently are taken both ways, in any
case, with `-`, `_` or nothing between words: `ON_DEMAND` and `on-demand`. Versions and account ids
stand in quotes: YAML reads `1.30` as 1.3.

**In an editor.** With the first line
`# yaml-language-server: $schema=./schema/stack.schema.json`, editors that have the YAML language
server complete and check the file as it is written (VS Code: the extension YAML by Red Hat).
[The schema](../schema/stack.schema.json) knows what each field alone can say. All of it is checked
by `python -m ops check`, and again by the program before it makes anything.

**What is wrong is said in place**, all at once, and nothing is made:

```yaml
{wrong}```

```
$ python -m ops check Pulumi.prod.yaml
{refusal}
```

"""

WRONG = """\
config:
  aws:region: eu-central-1
  cluster:kubernetesVersion: 1.30
  cluster:network:
    cidr: 10.0.0.0/24
    natGatways: perZone
  cluster:access:
    admins: []
  cluster:nodeGroups:
    general:
      instanceTypes: [t3.medum]
      nodes: {min: 3, desired: 2, max: 6}
"""

MINIMAL = """\
config:
  aws:region: eu-central-1
  cluster:kubernetesVersion: "1.36"
  cluster:access:
    admins: [creator]
  cluster:nodeGroups:
    general:
      instanceTypes: [t3.medium]
      nodes: 2
"""

EXAMPLES: Mapping[str, str] = {
    "network": """\
  cluster:network:
    cidr: 10.20.0.0/16
    availabilityZones: [eu-central-1a, eu-central-1b]
    natGateways: perZone
    vpcEndpoints: [s3, ecr.api, ecr.dkr]
    pods:
      cidr: 100.64.0.0/16 # pods take no addresses of the VPC's first block
      networkPolicy: true
""",
    "endpoint": """\
  cluster:endpoint:
    publicAccessCidrs: [198.51.100.0/24] # the office; from inside the VPC it is reached anyway
""",
    "controlPlane": """\
  cluster:controlPlane:
    deletionProtection: true
    zonalShift: true
    securityGroupRules:
      vpn:
        description: kubectl from the VPN
        fromPort: 443
        cidr: 10.200.0.0/16
""",
    "logging": """\
  cluster:logging:
    types: [api, audit, authenticator]
    retentionDays: 731
    keepOnDestroy: true
""",
    "encryption": """\
  cluster:encryption:
    administrators: [arn:aws:iam::123456789012:role/security]
    rotationDays: 180
""",
    "autoMode": """\
  cluster:autoMode:
    nodePools: [general-purpose, system]
""",
    "hybridNodes": """\
  cluster:hybridNodes:
    nodeCidrs: [10.80.0.0/16]
    podCidrs: [10.81.0.0/16]
    role: {} # nodes register by a hybrid activation of SSM
""",
    "karpenter": """\
  cluster:karpenter:
    ssm: true
""",
    "capabilities": """\
  cluster:capabilities:
    controllers:
      type: ACK
      policies: [arn:aws:iam::aws:policy/AmazonS3FullAccess]
""",
    "access": """\
  cluster:access:
    admins: [arn:aws:iam::123456789012:role/platform-admin]
    deployersWithoutAdmin: [arn:aws:iam::123456789012:role/deploy]
    entries:
      developers:
        principal: arn:aws:iam::123456789012:role/developer
        policies:
          - policy: AmazonEKSEditPolicy
            namespaces: [team-*]
""",
    "iam": """\
  cluster:iam:
    permissionsBoundary: arn:aws:iam::123456789012:policy/boundary
    path: /eks/
""",
    "timeouts": """\
  cluster:timeouts:
    nodeGroups:
      update: 3h
""",
    "policy": """\
  cluster:policy:
    waivers:
      - rule: log_retention_year
        reason: logs of this stack are copied to the archive account every night
        until: 2027-06-30
""",
    "fargateProfiles": """\
  cluster:fargateProfiles:
    batch:
      selectors:
        - namespace: batch-*
        - {namespace: jobs, labels: {size: small}}
""",
    "nodeGroups": """\
  cluster:nodeGroups:
    general:
      instanceTypes: [m7i.large, m6i.large]
      nodes: {min: 3, desired: 3, max: 9}
    batch:
      instanceTypes: [m7i.xlarge, m6i.xlarge]
      capacityType: SPOT
      nodes: 2
      labels: {workload: batch}
      taints:
        - {key: workload, value: batch, effect: NoSchedule}
    training:
      instanceTypes: [p5.48xlarge]
      nodes: 0
      imageFamily: BOTTLEROCKET
      efa: efa
      subnets: {zones: [eu-central-1a]}
      volume: {throughput: 500}
      kubelet: {cpuManagerPolicy: static}
""",
    "selfManagedNodeGroups": """\
  cluster:selfManagedNodeGroups:
    batch:
      instanceTypes: [m7i.large, m6i.large, m7a.large]
      nodes: {min: 0, desired: 2, max: 20}
      scaling: autoscaler
      distribution: {onDemandBase: 1, onDemandPercentage: 0}
      capacityRebalance: true
      refresh: {minHealthyPercentage: 80, skipMatching: true}
""",
    "addons": """\
  cluster:addons:
    aws-ebs-csi-driver: {} # with a role of its own, through EKS Pod Identity
    coredns:
      configuration: {replicaCount: 3}
""",
    "serviceAccounts": """\
  cluster:serviceAccounts:
    autoscaler:
      namespace: kube-system
      serviceAccount: cluster-autoscaler
      wellKnown: [clusterAutoscaler]
""",
}
"""An example of each group."""

TABLES: Mapping[str, str] = {
    "instanceTypes": "instance_types",
    "vpcEndpoints": "vpc_endpoints",
    "policy": "access_policies",
    "region": "regions",
    "identityCenterRegion": "regions",
}
"""Where the values of a field are that are too many to list: a table of spec/facts."""

_MANY = 12
_TAGS = {"SubnetTagsSpec", "VpcTagsSpec"}


class _Page:
    """The page, from a schema."""

    def __init__(self) -> None:
        self.schema = stack_schema.schema()
        self.fields: Node = self.schema["properties"]["config"]["properties"]
        self.groups = {
            name: node for name, node in self._cluster_fields().items() if self._models(node)
        }

    def _cluster_fields(self) -> dict[str, Node]:
        return {
            key.removeprefix("cluster:"): node
            for key, node in self.fields.items()
            if key.startswith("cluster:")
        }

    def text(self) -> str:
        return "".join(self._parts())

    def _parts(self) -> Iterator[str]:
        yield HEAD.format(minimal=MINIMAL, wrong=WRONG, refusal=refusal())
        yield "## Groups\n\n"
        yield "- [region, name, version, tags](#region-name-version-tags)\n"
        for name, node in self.groups.items():
            yield f"- [`cluster:{name}`](#cluster{name.lower()}): {_first(node['description'])}\n"
        yield "- [rules between fields](#rules-between-fields)\n"
        yield "\n## Region, name, version, tags\n\n"
        plain = {key: node for key, node in self.fields.items() if not self._models(node)}
        required = self.schema["properties"]["config"]["required"]
        yield self._table(plain, required)
        for name, node in self.groups.items():
            yield from self._group(name, node)
        yield "## Rules between fields\n\n"
        yield "Checked before anything is made, all at once.\n\n"
        for rule in RULES:
            yield f"- {_linked(stack_schema.prose(inspect.getdoc(rule) or ''), ' ')}\n"
        yield (
            "- Whoever runs `pulumi up` is an administrator, or one of "
            "`access.deployersWithoutAdmin`: otherwise they would lock themselves out. That is "
            "known where AWS is asked, by the program.\n"
            "- Subnets of `network.existing` have the zones, routes, tags and free addresses that "
            "EKS needs. That, too, AWS is asked before anything is made.\n"
        )

    def _group(self, name: str, node: Node) -> Iterator[str]:
        yield f"## `cluster:{name}`\n\n"
        (model,) = self._models(node)
        description = self.schema["$defs"][model]["description"]
        if self._is_map(node):
            yield f"{_linked(node['description'])} Each is:\n\n"
        yield f"{_linked(description)}\n\n"
        yield f"```yaml\n{EXAMPLES[name]}```\n\n"
        yield from self._model(model, self._below(f"cluster:{name}", node))

    def _model(self, model: str, path: str, *, heading: bool = False) -> Iterator[str]:
        """A model's table, then those of the models in it."""
        node = self.schema["$defs"][model]
        if heading:
            yield f"### `{path}`\n\n{_linked(node['description'])}\n\n"
        yield self._table(node["properties"], node.get("required", ()))
        where: dict[str, list[str]] = {}
        for name, field in node["properties"].items():
            for inner in self._models(field):
                if inner not in _TAGS:  # said where they are used
                    where.setdefault(inner, []).append(self._below(f"{path}.{name}", field))
        for inner, paths in where.items():
            yield from self._model(inner, "`, `".join(paths), heading=True)

    def _table(self, fields: Node, required: Any) -> str:
        rows = [
            f"| `{name}` | {what} | {self._values(name, node)} "
            f"| {default or _default(node, needed=name in required)} |\n"
            for name, node in sorted(fields.items(), key=_place)
            for what, default in [self._what(node)]
        ]
        return "| field | | values | default |\n|--|--|--|--|\n" + "".join(rows) + "\n"

    def _what(self, node: Node) -> tuple[str, str]:
        """What a field is for, and what it says of its default."""
        text = node.get("description") or self.schema["$defs"][self._models(node)[0]]["description"]
        said = re.search(r"\s*Default: (.*?)\.(?=\s|$)", text)
        if said and self._plain(node):
            text = text.replace(said[0], "")
        default = said[1] if said and self._plain(node) else ""
        return _linked(text, "<br>").replace("|", "\\|"), default

    def _plain(self, node: Node) -> bool:
        return set(self._models(node)) <= _TAGS

    def _alternatives(self, node: Node) -> Iterator[Node]:
        """What a field takes, each way by itself; nothing at all is not told."""
        for it in node.get("anyOf", [node]):
            if it != {"type": "null"}:
                yield it

    def _models(self, node: Node) -> list[str]:
        """The models that a field's value is made of."""
        found: list[str] = []
        for it in self._alternatives(node):
            if "$ref" in it:
                found.append(it["$ref"].rpartition("/")[2])
            for inner in (it.get("items"), it.get("additionalProperties")):
                if isinstance(inner, dict):
                    found += self._models(inner)
        return found

    def _is_map(self, node: Node) -> bool:
        return isinstance(node.get("additionalProperties"), dict)

    def _below(self, path: str, node: Node) -> str:
        if self._is_map(node):
            return f"{path}.<name>"
        return f"{path}[]" if node.get("type") == "array" else path

    def _values(self, name: str, node: Node) -> str:
        """What a field takes, in a few words."""
        ways = list(self._alternatives(node))
        if len(ways) == 2 and "enum" in ways[0] and "pattern" in ways[1]:
            ways = ways[:1]  # the others are spellings
        said = dict.fromkeys(self._way(name, it) for it in ways)
        return " or ".join(said).replace("|", "\\|")

    def _mapping(self, name: str, value: Node) -> str:
        return f"`{{key: value}}`, each {self._values(name, value)}"

    def _way(self, name: str, node: Node) -> str:  # noqa: PLR0911 - a table of types
        if "$ref" in node:
            model = node["$ref"].rpartition("/")[2]
            if model in _TAGS:
                return "`{tags: {key: value}}`"
            names = list(self.schema["$defs"][model]["properties"])
            return f"`{{{', '.join(names)}}}`" if len(names) <= 3 else "see below"
        if "enum" in node:
            return _choice(name, node["enum"])
        if "const" in node:
            return f"`{node['const']}`"
        kind = node.get("type", "")
        kind = kind[0] if isinstance(kind, list) else kind
        match kind:
            case "boolean":
                return "`true`, `false`"
            case "integer":
                return _range(node)
            case "array":
                return f"list of {self._values(name, node.get('items', {}))}"
            case "object":
                inner = node["additionalProperties"]
                if inner is True:
                    return "`{key: value}`, with any values"
                return "by name, see below" if "$ref" in inner else self._mapping(name, inner)
            case _:
                return _text(node)


def _place(field: tuple[str, Node]) -> bool:
    """The block of a new VPC comes first: the model has it last, as its checks need the others."""
    name, node = field
    return not (name == "cidr" and "default" in node)


def _choice(name: str, values: list[Any]) -> str:
    table = TABLES.get(name.rpartition(":")[2])
    if len(values) <= _MANY or table is None:
        return ", ".join(str(it) if isinstance(it, int) else f"`{it}`" for it in values)
    return f"one of [{len(values)}](../spec/facts/{table}.tsv)"


def _range(node: Node) -> str:
    low, high = node.get("minimum"), node.get("maximum")
    if low is not None and high is not None:
        return f"{low} to {high}"
    return f"{low} or more" if low is not None else "whole number"


def _text(node: Node) -> str:
    if "[0-9]{1,3}(?:" in node.get("pattern", ""):
        return "CIDR block"
    examples = node.get("examples", [])
    return f"e.g. `{examples[0]}`" if examples and isinstance(examples[0], str) else "text"


def _default(node: Node, *, needed: bool) -> str:
    if needed:
        return "required"
    default = node.get("default")
    if default in (None, {}, [], ""):
        return ""
    if isinstance(default, list):
        return ", ".join(f"`{it}`" for it in default)
    return f"`{default}`" if isinstance(default, str) else f"`{json.dumps(default)}`"


def _first(text: str) -> str:
    """The first sentence."""
    return re.split(r"(?<=[.;])\s", text, maxsplit=1)[0].rstrip(".;")


def _linked(text: str, gap: str = "\n\n") -> str:
    """A description with its addresses as links."""
    text = re.sub(r"https://\S+", lambda it: f"[{_site(it[0])}]({it[0]})", text)
    return text.replace("\n\n", gap)


def _site(url: str) -> str:
    host = url.split("/")[2]
    page = url.rstrip("/").rpartition("/")[2].removesuffix(".html")
    names = {
        "docs.aws.amazon.com": "AWS",
        "kubernetes.io": "Kubernetes",
        "www.pulumi.com": "Pulumi",
    }
    return f"{names.get(host, host)}: {page}"


def refusal() -> str:
    """What `check` says to the file that is wrong."""
    try:
        parse_stack_file("Pulumi.prod.yaml", WRONG)
    except StackFileError as error:
        return str(error)
    raise AssertionError("the example of a wrong file is right")


def page() -> str:
    """The text of the page."""
    missing = set(_Page().groups) ^ set(EXAMPLES)
    if missing:
        raise LookupError(f"groups without example, or examples without group: {missing}")
    return _Page().text().rstrip("\n") + "\n"


if __name__ == "__main__":
    sys.exit(made_file.main(PAGE, page(), "tools.stack_file_docs"))
