"""The control plane: what EKS runs, and how."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from spec import facts
from spec.model.base import (
    AsTuple,
    Cidr,
    Model,
    limit,
    matches,
    number,
    one_of,
    spelling,
    text,
    wrong,
)
from spec.model.broken import Broken, refuse
from spec.model.durations import within_seconds

SupportType = Literal["STANDARD", "EXTENDED"]
EgressMode = Literal["AWS_MANAGED", "CUSTOMER_ROUTED"]
ScoringStrategy = Literal["LeastAllocated", "MostAllocated"]
Direction = Literal["ingress", "egress"]
Protocol = Literal["tcp", "udp", "icmp", "all"]


def _scheduler_resources() -> tuple[str, ...]:
    return limit("scheduler.resource-names").values


_Port = Annotated[int, Field(ge=-1, le=65535)]


class PortRangeSpec(Model):
    """A range of ports."""

    min: Annotated[int, number("a port", "api-server.node-port")]
    """The first port."""
    max: Annotated[int, number("a port", "api-server.node-port")]
    """The last port."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min > self.max:
            raise wrong(f"min {self.min} is greater than max {self.max}", "min")
        return self


class ApiServerSpec(Model):
    """Settings of kube-apiserver.

    To go back to a default, write it: EKS keeps what a setting was when it is no longer said.
    https://docs.aws.amazon.com/eks/latest/userguide/control-plane-configuration.html
    """

    event_ttl: Annotated[str, within_seconds("eventTtl", "api-server.event-ttl", step=60)] = "60m"
    """How long Kubernetes events are kept, 10 to 60 minutes."""
    service_node_port_range: PortRangeSpec = PortRangeSpec(min=30000, max=32767)
    """Ports of services of type NodePort, within 10260 to 32767. Default: 30000 to 32767."""


class ResourceWeightSpec(Model):
    """How much a resource counts when nodes are scored."""

    name: Annotated[str, one_of(_scheduler_resources, "a resource that EKS lets count")]
    """The resource, e.g. `cpu` or `nvidia.com/gpu`."""
    weight: Annotated[int, number("a weight", "scheduler.resource-weight")]
    """Its weight, 1 to 100."""


class SchedulerSpec(Model):
    """Settings of kube-scheduler."""

    scoring_strategy: Annotated[ScoringStrategy, spelling(ScoringStrategy)] = "LeastAllocated"
    """Which node is preferred for a pod: the emptiest (`LeastAllocated`), or the fullest that has
    room (`MostAllocated`), which needs fewer nodes."""
    resources: Annotated[tuple[ResourceWeightSpec, ...], AsTuple, Field(max_length=100)] = ()
    """Resources that count for it. Default: cpu and memory, alike."""

    @field_validator("resources")
    @classmethod
    def _each_once(
        cls, resources: tuple[ResourceWeightSpec, ...]
    ) -> tuple[ResourceWeightSpec, ...]:
        names = [it.name for it in resources]
        refuse(
            Broken((index, "name"), f"{name} is here twice; keep one")
            for index, name in enumerate(names)
            if name in names[:index]
        )
        return resources


class ControllerManagerSpec(Model):
    """Settings of kube-controller-manager, with a provisioned `scalingTier` only.

    https://docs.aws.amazon.com/eks/latest/userguide/control-plane-configuration.html
    """

    horizontal_pod_autoscaler_sync_period: Annotated[
        str, within_seconds("the period", "controller-manager.hpa-sync-period")
    ] = "15s"
    """How often horizontal pod autoscalers look, 10 to 15 seconds."""
    terminated_pod_gc_threshold: Annotated[
        int, number("the threshold", "controller-manager.terminated-pod-gc-threshold")
    ] = 12500
    """How many pods that have ended are kept, 10000 to 12500."""


class SecurityGroupRuleSpec(Model):
    """A rule of the cluster security group, which control plane and nodes share.

    https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
    """

    description: Annotated[
        str, Field(min_length=1), text("a description", "security-group-rule.description")
    ]
    """What it is for."""
    direction: Annotated[Direction, spelling(Direction, inbound="ingress", outbound="egress")] = (
        "ingress"
    )
    """`ingress` or `egress`."""
    protocol: Annotated[Protocol, spelling(Protocol)] = "tcp"
    """`tcp`, `udp`, `icmp`, or `all`, which has no ports."""
    from_port: _Port | None = None
    """The first port; of `icmp` the type, -1 for all."""
    to_port: _Port | None = None
    """The last port; of `icmp` the code. Default: the first port; of `icmp` all codes."""
    cidr: Cidr | None = None
    """The other side: an IPv4 network. Exactly one of `cidr`, `securityGroup` and `prefixList` is
    given."""
    security_group: (
        Annotated[
            str, matches("a security group id", r"sg-(?:[0-9a-f]{8}|[0-9a-f]{17})", "sg-0123abcd")
        ]
        | None
    ) = None
    """The other side: a security group, of the VPC or one that is peered with it."""
    prefix_list: (
        Annotated[
            str, matches("a prefix list id", r"pl-(?:[0-9a-f]{8}|[0-9a-f]{17})", "pl-0123abcd")
        ]
        | None
    ) = None
    """The other side: a managed prefix list."""

    @model_validator(mode="after")
    def _one_peer_and_ports(self) -> Self:
        refuse(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        peers = [it for it in (self.cidr, self.security_group, self.prefix_list) if it is not None]
        if len(peers) != 1:
            yield Broken((), "must name exactly one of cidr, securityGroup and prefixList")
        ports = {"fromPort": self.from_port, "toPort": self.to_port}
        if self.protocol == "all":
            for name in (name for name, port in ports.items() if port is not None):
                yield Broken((name,), 'must not be given with protocol "all"')
        if self._logs_in_from_anywhere():
            yield Broken(
                ("cidr",),
                "lets everybody try to log in to the nodes; name the networks that may, or use SSM "
                "Session Manager, which needs no rule",
            )
        if self.protocol == "all":
            return
        if self.from_port is None:
            yield Broken(("fromPort",), "is missing; name the port, e.g. fromPort: 443")
        elif self.protocol != "icmp" and -1 in ports.values():
            for name in (name for name, port in ports.items() if port == -1):
                yield Broken((name,), "-1 stands for all types or codes of icmp only")
        elif self.protocol != "icmp" and self.last_port < self.from_port:
            yield Broken(("toPort",), f"{self.to_port} is less than fromPort {self.from_port}")

    def _logs_in_from_anywhere(self) -> bool:
        """Whether SSH or RDP is open to the world."""
        if self.direction == "egress" or self.cidr is None or self.cidr.prefixlen > 0:
            return False
        first = self.from_port or 0
        return self.protocol == "all" or (
            self.protocol == "tcp" and any(first <= port <= self.last_port for port in (22, 3389))
        )

    @property
    def last_port(self) -> int:
        """The last port, or the only one; of `icmp` the code, -1 for all."""
        if self.to_port is not None:
            return self.to_port
        return -1 if self.protocol == "icmp" else self.from_port or 0


class ControlPlaneSpec(Model):
    """What EKS runs, and how.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html
    """

    support_type: Annotated[SupportType, spelling(SupportType)] = "STANDARD"
    """`STANDARD`: EKS upgrades the cluster by itself when the version's standard support ends.
    `EXTENDED`: it stays for another year, at six times the price, and cannot go back before the
    next upgrade."""
    deletion_protection: bool = False
    """Whether the cluster cannot be deleted, nor replaced: `pulumi destroy` refuses in its preview,
    before anything is gone. It works after a `pulumi up` with `false`."""
    zonal_shift: bool = False
    """Whether AWS may lead traffic away from a zone that fails (ARC zonal shift)."""
    scaling_tier: Annotated[str, one_of(facts.control_plane_tiers, "a control plane tier")] = (
        "standard"
    )
    """`standard`, or a tier of provisioned capacity: `tier-xl` to `tier-8xl`, for which AWS charges
    extra."""
    egress_mode: Annotated[EgressMode, spelling(EgressMode)] = "AWS_MANAGED"
    """The way from the control plane to webhooks and identity providers: AWS's own
    (`AWS_MANAGED`), or through your VPC (`CUSTOMER_ROUTED`), from which there is no way back: it
    would be another cluster."""
    force_update: bool = False
    """Whether a new version is installed although EKS's upgrade insights warn of it."""
    api_server: ApiServerSpec | None = None
    """Settings of kube-apiserver."""
    scheduler: SchedulerSpec | None = None
    """Settings of kube-scheduler."""
    controller_manager: ControllerManagerSpec | None = None
    """Settings of kube-controller-manager."""
    security_group_rules: Annotated[
        dict[Annotated[str, text("a rule's name", "cluster.name")], SecurityGroupRuleSpec],
        Field(
            examples=[
                {"vpn": {"description": "VPN", "fromPort": 443, "cidr": "10.200.0.0/16"}},
            ]
        ),
    ] = {}
    """Further rules of the cluster security group, by name: who else reaches the private endpoint,
    for example."""
