"""Stacks of whatever resources, under the real engine with the policy pack.

The program of the repository makes no resource that breaks most rules, so these are registered by
a program that knows nothing but what it is told, with a provider that takes anything.
"""

import dataclasses
import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from policy import Resource
from policy.unknown import UNKNOWN
from tests.rehearsal.engine import ROOT, Project

PACK = ROOT / "policy"

_PROJECT = """\
name: providers
runtime: python
backend: {{url: "file://{state}"}}
plugins:
  providers:
    - {{name: aws, path: {root}/tests/rehearsal/any_aws}}
"""

_PROGRAM = """\
import json
import pulumi

made = {}

def register(it):
    def value(key, known):
        if key in it["known_late"]:  # by the engine when the seed is made, which a preview does not
            return seed.id.apply(lambda _: known)
        others = [made[urn].urn for urn in it["references"].get(key, ()) if urn in made]
        return pulumi.Output.all(*others).apply(lambda _: known) if others else known

    properties = {key: value(key, known) for key, known in it["properties"].items()}
    if it["type"].startswith("pulumi:providers:"):
        return pulumi.ProviderResource("aws", it["name"], properties)
    provider = made.get(it["provider"])
    return pulumi.CustomResource(
        it["type"], it["name"], properties, pulumi.ResourceOptions(provider=provider)
    )

with open("resources.json") as file:
    said = json.load(file)
seed = pulumi.CustomResource("aws:any/thing:Thing", "seed", {})
for it in said:
    made[it["urn"]] = register(it)
"""


@dataclasses.dataclass(frozen=True)
class Violation:
    """What the engine tells of a rule that is not kept.

    Attributes:
        rule: The rule.
        type: The resource's type.
        name: The resource's name.
        level: `mandatory` or `advisory`.
        message: All that it says.
    """

    rule: str
    type: str
    name: str
    level: str
    message: str


@dataclasses.dataclass(frozen=True)
class Run:
    """What a run of the engine has come to.

    Attributes:
        code: Its exit code.
        output: What it said.
        violations: What the policy pack found.
    """

    code: int
    output: str
    violations: tuple[Violation, ...]


class PolicyStack(Project):
    """A project whose stack has the resources that it is told.

    Args:
        path: An empty folder for it.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, endpoint=None)
        (path / "Pulumi.yaml").write_text(_PROJECT.format(state=path / "state", root=ROOT))
        (path / "__main__.py").write_text(_PROGRAM)

    def has(
        self, resources: Iterable[Resource], known_late: Mapping[str, Iterable[str]] | None = None
    ) -> None:
        """Sets the resources.

        Args:
            resources: The resources; a property that is unknown is at preview, too.
            known_late: Properties of resources, by name, that are known when they are made only.
        """
        late = known_late or {}
        said = [
            {
                "urn": it.urn,
                "type": it.type,
                "name": it.name,
                "provider": it.provider.rpartition("::")[0],
                "references": {key: sorted(urns) for key, urns in it.references.items()},
                "properties": {
                    key: None if value is UNKNOWN else value
                    for key, value in dict.items(it.properties)
                },
                "known_late": [
                    *late.get(it.name, ()),
                    *(key for key, value in dict.items(it.properties) if value is UNKNOWN),
                ],
            }
            for it in resources
        ]
        (self.path / "resources.json").write_text(json.dumps(said))

    def waives(self, *waivers: str) -> None:
        """Sets the waivers, each as YAML."""
        file = self.path / "Pulumi.dev.yaml"
        kept = file.read_text().partition("config:")[0]
        entries = "".join(f"      - {it}\n" for it in waivers)
        file.write_text(f"{kept}config:\n  cluster:policy:\n    waivers:\n{entries}")

    def judged(self, *arguments: str) -> Run:
        """Runs `pulumi` with the policy pack."""
        return judged(self.path, self.environment, *arguments)


def judged(path: Path, environment: Mapping[str, str], *arguments: str) -> Run:
    """Runs `pulumi` in a folder with the policy pack.

    Args:
        path: The folder of the project.
        environment: Environment variables.
        arguments: Its arguments.
    """
    events = path / "events.json"
    events.unlink(missing_ok=True)
    command = ["pulumi", "--color", "never", "--non-interactive", *arguments]
    done = subprocess.run(
        [*command, "--policy-pack", str(PACK), "--event-log", str(events)],
        cwd=path,
        env={**environment, "PULUMI_DEBUG_COMMANDS": "true"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    told = [json.loads(line) for line in events.read_text().splitlines()] if events.exists() else []
    found = [it["policyEvent"] for it in told if "policyEvent" in it]
    return Run(done.returncode, done.stdout + done.stderr, tuple(map(_violation, found)))


def _violation(event: Mapping[str, Any]) -> Violation:
    assert event["policyPackName"] == "eks-cluster"
    _, _, kind, name = event.get("resourceUrn", ":::::::").split("::", 3)
    return Violation(
        rule=event["policyName"],
        type=kind.rpartition("$")[2],
        name=name,
        level=event["enforcementLevel"],
        message=event["message"],
    )
