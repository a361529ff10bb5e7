"""The order in which a cluster is made, which is a guarantee; it is destroyed in the reverse.

    key -> log group -> control plane -> service accounts -> add-ons that nodes need
       identity, network  ------^    |                                 |
                                     -> access, rules, capabilities    -> node groups
                                              egress, launch templates ----^     |
                                                   |                   add-ons on nodes
                                                   -> Fargate profiles -----^

The control plane does not wait for the nodes' way out (NAT gateways, routes, VPC endpoints); both
take minutes, side by side. The engine keeps the order in both directions, because every edge is a
dependency of the resources.

One edge is there for the sake of `destroy` alone. The engine deletes in waves: what has equally
long chains of dependencies below it goes together, and the next wave begins when all of one is
gone. With egress after the log group, NAT gateways are in the wave of the control plane, which
takes much longer; without, they are in one of their own, and all waits a minute for them. It costs
nothing: NAT gateways are there long before the control plane all the same.
"""

import enum
from collections.abc import Collection, Mapping

import pulumi


class Step(enum.Enum):
    """A part of the cluster that is made as a whole before what follows it."""

    NETWORK = "network"
    EGRESS = "egress"
    KEY = "key"
    FLOW_LOGS = "flow logs"
    LOG_GROUP = "log group"
    INTERRUPTION_QUEUE = "interruption queue"
    IDENTITY = "identity"
    CONTROL_PLANE = "control plane"
    ACCESS = "access"
    CONTROL_PLANE_EXTRAS = "what the control plane needs nothing of"
    SERVICE_ACCOUNTS = "service accounts"
    ADDONS_BEFORE_NODES = "add-ons before nodes"
    LAUNCH_TEMPLATES = "launch templates"
    NODE_GROUPS = "node groups"
    FARGATE = "Fargate profiles of add-ons"
    OTHER_FARGATE = "Fargate profiles of other pods"
    ADDONS_AFTER_NODES = "add-ons after nodes"
    IDENTITY_PROVIDERS = "identity providers"


AFTER: Mapping[Step, frozenset[Step]] = {
    Step.NETWORK: frozenset(),
    Step.IDENTITY: frozenset(),
    Step.KEY: frozenset(),
    # With its policy it takes a minute, and the control plane longer.
    Step.INTERRUPTION_QUEUE: frozenset(),
    Step.FLOW_LOGS: frozenset({Step.KEY}),
    Step.LOG_GROUP: frozenset({Step.KEY}),
    # For the waves of `destroy`, see above. What egress needs of the network follows from its
    # arguments.
    Step.EGRESS: frozenset({Step.LOG_GROUP}),
    # EKS makes the log group itself, without retention and key, if it is not there yet. On destroy
    # the control plane's network interfaces have to go before its subnets can, and before its role
    # loses its policies. All other roles are there by then too: one without its policies would
    # fail the first calls of an add-on or a node.
    Step.CONTROL_PLANE: frozenset({Step.LOG_GROUP, Step.NETWORK, Step.IDENTITY}),
    Step.ACCESS: frozenset({Step.CONTROL_PLANE}),
    # Security group rules, capabilities.
    Step.CONTROL_PLANE_EXTRAS: frozenset({Step.CONTROL_PLANE}),
    # Roles that trust service accounts, and who has which: there before a pod is. Karpenter's are
    # among them.
    Step.SERVICE_ACCOUNTS: frozenset({Step.CONTROL_PLANE, Step.INTERRUPTION_QUEUE}),
    # DaemonSets, active without a node; some have roles that trust their service accounts.
    Step.ADDONS_BEFORE_NODES: frozenset({Step.SERVICE_ACCOUNTS}),
    # They are no nodes yet, and there long before any. After the way out, so that a program with
    # many of them asks for the control plane first.
    Step.LAUNCH_TEMPLATES: frozenset({Step.EGRESS}),
    # Nodes become Ready only with a CNI and join only through a way out of their subnet; on
    # destroy they cannot be drained and released once either is gone.
    Step.NODE_GROUPS: frozenset({Step.ADDONS_BEFORE_NODES, Step.EGRESS}),
    # On Fargate are the VPC CNI and kube-proxy already. Its pods pull images through the way out,
    # and reach the API by an access entry that EKS makes with the profile.
    Step.FARGATE: frozenset({Step.CONTROL_PLANE, Step.EGRESS}),
    # EKS makes and deletes one profile at a time; no add-on waits for those that take none.
    Step.OTHER_FARGATE: frozenset({Step.FARGATE}),
    # Deployments, DEGRADED until a node takes their pods. A pod that was made before its profile
    # does not go to Fargate any more.
    Step.ADDONS_AFTER_NODES: frozenset({Step.NODE_GROUPS, Step.FARGATE}),
    # While EKS changes the cluster for one, which takes minutes, it takes no add-on, node group or
    # Fargate profile.
    Step.IDENTITY_PROVIDERS: frozenset({Step.ADDONS_AFTER_NODES, Step.OTHER_FARGATE}),
}
"""What each step waits for; what those wait for is implied, also where they have nothing to do."""


class Sequence:
    """Keeps what each step of one cluster has made, for the steps that follow it."""

    def __init__(self) -> None:
        self._made: dict[Step, list[pulumi.Input[pulumi.Resource]]] = {}

    def made(self, step: Step, *resources: pulumi.Input[pulumi.Resource]) -> None:
        """Notes resources of a step; a step that made nothing is noted too."""
        self._made.setdefault(step, []).extend(resources)

    def before(self, step: Step) -> list[pulumi.Input[pulumi.Resource]]:
        """What the resources of a step depend on.

        Raises:
            RuntimeError: A predecessor has made nothing yet: the program runs out of order.
        """
        missing = AFTER[step] - self._made.keys()
        if missing:
            names = ", ".join(sorted(predecessor.value for predecessor in missing))
            raise RuntimeError(f"{step.value}: {names} must be made first")
        return [
            resource
            for predecessor in Step
            if predecessor
            in effective(AFTER[step], {it for it, made in self._made.items() if not made})
            for resource in self._made[predecessor]
        ]


def effective(steps: Collection[Step], idle: Collection[Step]) -> frozenset[Step]:
    """Steps, with what those that have nothing to do wait for in their place."""
    found: set[Step] = set()
    for step in steps:
        found |= effective(AFTER[step], idle) if step in idle else {step}
    return frozenset(found)
