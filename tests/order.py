"""What the order of creation guarantees, judged from what was registered alone.

`tests.graph` checks the order that `components.order` declares. Here nothing is known of what is
declared, of steps, or of names: a resource is what its type and inputs say that it is.
"""

import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from ops.report.graph import Graph, Recorded
from spec import facts
from spec.model import ClusterSpec
from tests.components.recorder import Registered

CONTROL_PLANE = "aws:eks/cluster:Cluster"
ADDON = "aws:eks/addon:Addon"
NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
SELF_MANAGED = "aws:autoscaling/group:Group"
PROFILE = "aws:eks/fargateProfile:FargateProfile"
_NEEDED_BY_NODES = ("vpc-cni", "kube-proxy", "eks-pod-identity-agent")
_BEFORE_THE_CONTROL_PLANE = (
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/vpc:Vpc",
)
_EGRESS = (
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/route:Route",
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Guarantee:
    """Some resources are made before others, and deleted after them.

    Attributes:
        first: Whether a resource is one of those that come first.
        then: Whether it is one of those that follow.
        enough: Whether one of the first that can be of use to the one that follows is enough.
        useful: Whether one of the first is of use to one that follows.
    """

    first: Callable[[Registered], bool]
    then: Callable[[Registered], bool]
    enough: bool = False
    useful: Callable[[Registered, Registered], bool] = lambda _first, _then: True


def _addon(it: Registered) -> str:
    return it.inputs["addonName"] if it.type == ADDON else ""


def _is_deployment(it: Registered) -> bool:
    """Whether it is an add-on that is DEGRADED until a pod of it runs."""
    known = facts.known_addons().get(_addon(it))
    return known is not None and known.kind == "Deployment"


def _takes_pods(first: Registered, then: Registered) -> bool:
    """Whether pods of an add-on can be scheduled on a node group or Fargate profile."""
    if first.type == PROFILE:
        known = facts.known_addons()[_addon(then)]
        return any(
            selector["namespace"] == known.namespace and not selector.get("labels")
            for selector in first.inputs["selectors"]
        )
    inputs = first.inputs
    keeps_away = {it["effect"] for it in inputs.get("taints", ())} - {"PREFER_NO_SCHEDULE"}
    is_windows = inputs.get("amiType", "").startswith("WINDOWS")
    return not keeps_away and not is_windows and inputs["scalingConfig"]["desiredSize"] > 0


GUARANTEES: Mapping[str, Guarantee] = {
    "what the control plane needs before it": Guarantee(
        first=lambda it: (
            (it.type in _BEFORE_THE_CONTROL_PLANE and "flow-logs" not in it.inputs.get("name", ""))
            or it.type == "aws:kms/key:Key"
        ),
        then=lambda it: it.type == CONTROL_PLANE,
    ),
    "the control plane before all that is in it": Guarantee(
        first=lambda it: it.type == CONTROL_PLANE,
        then=lambda it: it.type.startswith("aws:eks/") and it.type != CONTROL_PLANE,
    ),
    "network plugin, proxy and Pod Identity agent before nodes": Guarantee(
        first=lambda it: _addon(it) in _NEEDED_BY_NODES,
        then=lambda it: it.type in (NODE_GROUP, SELF_MANAGED),
    ),
    "the way out before nodes": Guarantee(
        first=lambda it: it.type in _EGRESS,
        then=lambda it: it.type in (NODE_GROUP, SELF_MANAGED, PROFILE),
    ),
    # What taints a self-managed group has is not seen in its inputs: only its nodes are told.
    "a place for its pods before a Deployment": Guarantee(
        first=lambda it: it.type in (NODE_GROUP, PROFILE),
        then=_is_deployment,
        enough=True,
        useful=_takes_pods,
    ),
}

ONE_BY_ONE = "one Fargate profile after the other"


class Order:
    """What of a program's resources is made, and deleted, before what.

    Args:
        registered: What the program has registered.
    """

    def __init__(self, registered: Sequence[Registered]) -> None:
        self.registered = registered
        graph = Graph(
            [
                Recorded(
                    urn=it.urn,
                    custom=not it.type.startswith(("eks-cluster:", "eks:")),
                    parent=it.parent,
                    needs=it.dependencies,
                )
                for it in registered
            ]
        )
        waves = graph.waves([it.urn for it in registered])
        self._wave = {urn: number for number, wave in enumerate(waves) for urn in wave}
        self._before: dict[str, frozenset[str]] = {}
        for it in registered:  # what a resource needs is registered before it
            needs = {*it.dependencies, it.parent}
            self._before[it.urn] = frozenset(needs).union(
                *(self._before.get(urn, frozenset()) for urn in needs)
            )

    def made_before(self, first: Registered, then: Registered) -> bool:
        """Whether the engine makes one only when the other is there."""
        return first.urn in self._before[then.urn]

    def deleted_after(self, first: Registered, then: Registered) -> bool:
        """Whether the engine deletes one only when the other is gone."""
        return self._wave[then.urn] < self._wave[first.urn]


def broken(registered: Sequence[Registered], spec: ClusterSpec) -> list[str]:
    """What is not as it is guaranteed, in either direction.

    Args:
        registered: What a program has registered for a cluster.
        spec: The cluster: an add-on whose phase its stack file says comes when that says.
    """
    order = Order(registered)
    chosen = {name for name, it in spec.all_addons.items() if it.phase}
    return [
        f"{name}: {found}"
        for name, guarantee in GUARANTEES.items()
        for found in _broken(order, guarantee, chosen)
    ] + [f"{ONE_BY_ONE}: {found}" for found in _side_by_side(order)]


def _broken(order: Order, guarantee: Guarantee, chosen: Collection[str]) -> Iterator[str]:
    for then in filter(guarantee.then, order.registered):
        useful = [
            it
            for it in order.registered
            if guarantee.first(it) and guarantee.useful(it, then) and _addon(then) not in chosen
        ]
        for kept, what in ((order.made_before, "made"), (order.deleted_after, "deleted")):
            kept_by = [it for it in useful if kept(it, then)]
            if len(kept_by) < len(useful) and not (guarantee.enough and kept_by):
                others = ", ".join(it.name for it in useful if it not in kept_by)
                yield f"{then.name} is {what} without regard to {others}"


def _side_by_side(order: Order) -> Iterator[str]:
    """Pairs of Fargate profiles that EKS would be asked to make, or to delete, at once."""
    profiles = [it for it in order.registered if it.type == PROFILE]
    for number, then in enumerate(profiles):
        for first in profiles[:number]:
            if not (order.made_before(first, then) and order.deleted_after(first, then)):
                yield f"{first.name} and {then.name}"


def judged(registered: Sequence[Registered]) -> set[str]:
    """The guarantees that have something to say of what a program has registered."""
    return {
        name
        for name, it in GUARANTEES.items()
        if any(map(it.first, registered)) and any(map(it.then, registered))
    }


def without(
    registered: Sequence[Registered],
    first: Callable[[Registered], bool],
    then: Callable[[Registered], bool],
) -> list[Registered]:
    """What would be registered if nothing that follows waited for any of the first.

    Neither directly, nor by its parent, nor by what itself waits for them.
    """
    order = Order(registered)
    firsts = [it for it in registered if first(it)]
    cut = {
        it.urn
        for it in registered
        if any(it is each or order.made_before(each, it) for each in firsts)
    }
    return [
        dataclasses.replace(it, dependencies=it.dependencies - cut, parent="") if then(it) else it
        for it in registered
    ]
