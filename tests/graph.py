"""The order of `components.order`, checked on a recorded graph of resources.

The graph is what the engine uses: it makes a resource after its dependencies and its parent, and
deletes it before them. So one proof serves both directions.
"""

import dataclasses
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from components.order import AFTER, Step, effective

_CLUSTER = r"eks-cluster:index:Cluster\$"
_OURS = _CLUSTER + r"eks-cluster:index:"
_ADDON = _OURS + r"Addons\$aws:eks/addon:Addon::"
_PROFILE = r".*\$aws:eks/fargateProfile:FargateProfile::"
_STEPS: Mapping[Step, str] = {
    Step.NETWORK: _OURS + r"(Network\$aws:ec2/(vpc|subnet)|ExistingNetwork\$aws:ec2/tag):",
    Step.EGRESS: _OURS
    + r"(Network\$aws:ec2/(natGateway|route|routeTableAssociation):|VpcEndpoints\$aws:)",
    Step.IDENTITY: _OURS + r"Role\$aws:iam/",
    Step.KEY: _OURS + r"Key\$aws:kms/",
    Step.FLOW_LOGS: _OURS + r"FlowLogs\$aws:",
    Step.LOG_GROUP: _OURS + r"ControlPlaneLogs\$aws:cloudwatch/logGroup:",
    Step.INTERRUPTION_QUEUE: _OURS + r"InterruptionQueue\$aws:",
    Step.CONTROL_PLANE: r".*\$aws:eks/cluster:Cluster::",
    Step.ACCESS: _OURS + r"Access\$aws:",
    Step.IDENTITY_PROVIDERS: _OURS + r"IdentityProviders\$aws:",
    Step.CONTROL_PLANE_EXTRAS: _OURS + r"(Capabilities|SecurityGroupRules)\$aws:",
    Step.SERVICE_ACCOUNTS: _OURS + r"(ServiceAccounts|Karpenter)\$(.*\$)?aws:",
    Step.ADDONS_BEFORE_NODES: _ADDON + r"(?!.*-on-nodes-)|" + _ADDON + r".*-vpc-cni$",
    Step.LAUNCH_TEMPLATES: _OURS + r".*\$aws:ec2/launchTemplate:",
    Step.NODE_GROUPS: r".*\$aws:(eks/nodeGroup:NodeGroup|autoscaling/group:Group)::|"
    + _OURS
    + r"SelfManagedAccess\$aws:",
    Step.FARGATE: _PROFILE,
    Step.OTHER_FARGATE: _PROFILE,
    Step.ADDONS_AFTER_NODES: _ADDON + r".*-(on-nodes-.*|coredns)$",
}
"""Which resources belong to a step, by type (with the parents' types) and name."""

_PARENTS: Mapping[Step, str] = {
    Step.FARGATE: _OURS + r"FargateProfiles::(?!.*-others$)",
    Step.OTHER_FARGATE: _OURS + r"FargateProfiles::.*-others$",
}
"""The component that resources of a step are in, where their own names do not tell the step."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Resource:
    """A recorded resource and what it waits for."""

    urn: str
    parent: str | None
    waits_for: frozenset[str]

    @property
    def identity(self) -> str:
        """`parent types$type::name`."""
        return _identity(self.urn)


def from_state(deployment: Mapping[str, Any]) -> list[Resource]:
    """The resources of an exported stack (`pulumi stack export`)."""
    return [
        Resource(urn=it["urn"], parent=it.get("parent"), waits_for=frozenset(_edges(it)))
        for it in deployment["resources"]
    ]


def _edges(recorded: Mapping[str, Any]) -> Iterator[str]:
    yield from recorded.get("dependencies") or ()
    for urns in (recorded.get("propertyDependencies") or {}).values():
        yield from urns or ()
    if recorded.get("parent"):
        yield recorded["parent"]


def of_step(resources: Iterable[Resource], step: Step) -> list[Resource]:
    """The resources that belong to a step."""
    pattern, parents = re.compile(_STEPS[step]), re.compile(_PARENTS.get(step, ""))
    return [
        resource
        for resource in resources
        if pattern.match(resource.identity) and parents.match(_identity(resource.parent or ""))
    ]


def _identity(urn: str) -> str:
    return "::".join(urn.split("::")[2:])


def missing(resources: Sequence[Resource]) -> set[Step]:
    """Steps without a single resource."""
    return {step for step in Step if not of_step(resources, step)}


def violations(
    resources: Sequence[Resource], *, without: Collection[Step] = frozenset()
) -> list[str]:
    """Every place where a resource does not wait for one of an earlier step.

    A step without a single resource is a violation too: the check would prove nothing.

    Args:
        resources: The graph.
        without: Steps that have nothing to do in it.
    """
    by_urn = {resource.urn: resource for resource in resources}
    found = [
        f"no resource of step {step.value}"
        for step in Step
        if step in missing(resources) - set(without)
    ]
    for step, declared in AFTER.items():
        predecessors = effective(declared, without)
        for resource in of_step(resources, step):
            reached = _reach(resource, by_urn)
            found += [
                f"{resource.identity} does not wait for {earlier.identity}"
                for predecessor in predecessors
                for earlier in of_step(resources, predecessor)
                if earlier.urn not in reached
            ]
    return found


def without_edge(resources: Sequence[Resource], step: Step, predecessor: Step) -> list[Resource]:
    """The graph as it would be if one edge of the order were not declared.

    Cuts every direct way from the step's resources, and the components around them, to the
    predecessor's.
    """
    by_urn = {resource.urn: resource for resource in resources}
    awaited = _with_components(of_step(resources, predecessor), by_urn)
    components = _with_components(of_step(resources, step), by_urn)
    waiting = {it.urn for it in resources if components & _with_components([it], by_urn)}
    return [
        dataclasses.replace(resource, waits_for=resource.waits_for - (awaited - components))
        if resource.urn in waiting
        else resource
        for resource in resources
    ]


def _with_components(
    resources: Iterable[Resource], by_urn: Mapping[str, Resource]
) -> frozenset[str]:
    """URNs of resources and of the components around them, below the cluster itself."""
    found: set[str] = set()
    for resource in resources:
        inner: Resource | None = resource
        while inner and not inner.identity.startswith("eks-cluster:index:Cluster::"):
            found.add(inner.urn)
            inner = by_urn.get(inner.parent or "")
    return frozenset(found)


def _reach(resource: Resource, by_urn: Mapping[str, Resource]) -> set[str]:
    reached: set[str] = set()
    waiting = list(resource.waits_for)
    while waiting:
        urn = waiting.pop()
        if urn not in reached and urn in by_urn:
            reached.add(urn)
            waiting += by_urn[urn].waits_for
    return reached
