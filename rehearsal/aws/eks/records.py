"""What EKS keeps: plain data, without references to other services' objects, so it can be saved."""

from dataclasses import dataclass, field
from typing import Any

# A document is what the API's Describe call answers, in the words of its model.
Document = dict[str, Any]


@dataclass
class Update:
    """A change under way, or done.

    Attributes:
        document: what DescribeUpdate answers.
        changes: members of the updated document that it sets when it is done.
    """

    document: Document
    changes: Document


@dataclass
class Addon:
    """An add-on of a cluster.

    Attributes:
        document: what DescribeAddon answers.
        installed: its objects are in the cluster, though its pods may still wait for a node.
        problem: health issue that keeps it from being installed or updated.
        preserve: its objects stay in the cluster when it is deleted.
        updates: its updates by id.
    """

    document: Document
    installed: bool = False
    problem: Document | None = None
    preserve: bool = False
    updates: dict[str, Update] = field(default_factory=dict[str, Update])


@dataclass
class Nodegroup:
    """A managed node group.

    Attributes:
        document: what DescribeNodegroup answers.
        group: name of its Auto Scaling group.
        template: id of the launch template that EKS makes for it.
        template_version: the version of that template which instances are launched from.
        previous_template_version: the one before the last update.
        instance_profile: name of the instance profile that EKS makes for its role.
        launched: ids of its instances, oldest first.
        booted: those that have had the time to join.
        joined: those that are nodes of the cluster.
        ready: those whose nodes are Ready.
        late: those that EKS has given up to wait for.
        obstacles: what keeps an instance from joining, or a node from being Ready, by instance.
        launch_issue: health issue of the last launch, if it failed.
        launch_given_up: EKS waits no more for what the last launch did not bring.
        retrying: it is to be looked at again after a while.
        outdated: those that an update under way replaces.
        kubelets: the kubelet's version per instance.
        built: the time of its creation has passed; it is ACTIVE once its nodes have joined.
        updates: its updates by id.
    """

    document: Document
    group: str
    template: str
    template_version: int
    instance_profile: str
    launched: list[str] = field(default_factory=list[str])
    previous_template_version: int | None = None
    booted: set[str] = field(default_factory=set[str])
    joined: set[str] = field(default_factory=set[str])
    ready: set[str] = field(default_factory=set[str])
    late: set[str] = field(default_factory=set[str])
    obstacles: dict[str, str] = field(default_factory=dict[str, str])
    launch_issue: Document | None = None
    launch_given_up: bool = False
    retrying: bool = False
    outdated: list[str] = field(default_factory=list[str])
    kubelets: dict[str, str] = field(default_factory=dict[str, str])
    built: bool = False
    updates: dict[str, Update] = field(default_factory=dict[str, Update])


SELF_MANAGED = "SELF_MANAGED"
"""The status of what stands for instances that EKS does not manage; AWS has no such status."""


@dataclass
class Capability:
    """Software that EKS runs for a cluster, outside of it.

    Attributes:
        document: what DescribeCapability answers.
        updates: its updates by id.
    """

    document: Document
    updates: dict[str, Update] = field(default_factory=dict[str, Update])


@dataclass
class AccessEntry:
    """A principal's way into a cluster.

    Attributes:
        document: what DescribeAccessEntry answers.
        policies: associated access policies by ARN, as ListAssociatedAccessPolicies answers them.
        principal_id: the unique id of its principal; empty if it is of another account.
    """

    document: Document
    policies: dict[str, Document] = field(default_factory=dict[str, Document])
    principal_id: str = ""


@dataclass
class Cluster:
    """A cluster and all that belongs to it.

    Attributes:
        document: what DescribeCluster answers.
        uid: tells it from an earlier cluster of the same name; it is in its endpoint and issuer.
        self_managed_addons: vpc-cni, kube-proxy and coredns are installed without being add-ons.
        left_behind: add-ons that were deleted, by name: version and values of their objects, which
            were preserved, or None, if they went with the add-on.
        creator: ARN of the user or role that made it, if that is its administrator without an
            access entry.
        network_interfaces: ids of the control plane's network interfaces in the cluster's subnets.
        self_managed: by the name of an Auto Scaling group, those of its instances that were told
            of the cluster; their status is SELF_MANAGED.
        updates: its own updates by id, not those of its node groups and add-ons.
        fargate_profiles: by name, as DescribeFargateProfile answers them.
        identity_providers: by name, as DescribeIdentityProviderConfig answers them.
        capabilities: by name.
        pod_identities: associations by id, as DescribePodIdentityAssociation answers them.
    """

    document: Document
    uid: str
    self_managed_addons: bool
    creator: str = ""
    network_interfaces: list[str] = field(default_factory=list[str])
    left_behind: dict[str, Document | None] = field(default_factory=dict[str, Document | None])
    nodegroups: dict[str, Nodegroup] = field(default_factory=dict[str, Nodegroup])
    self_managed: dict[str, Nodegroup] = field(default_factory=dict[str, Nodegroup])
    addons: dict[str, Addon] = field(default_factory=dict[str, Addon])
    access_entries: dict[str, AccessEntry] = field(default_factory=dict[str, AccessEntry])
    fargate_profiles: dict[str, Document] = field(default_factory=dict[str, Document])
    identity_providers: dict[str, Document] = field(default_factory=dict[str, Document])
    pod_identities: dict[str, Document] = field(default_factory=dict[str, Document])
    capabilities: dict[str, Capability] = field(default_factory=dict[str, Capability])
    updates: dict[str, Update] = field(default_factory=dict[str, Update])

    @property
    def groups(self) -> list[Nodegroup]:
        """Its node groups, and the Auto Scaling groups whose instances were told of it."""
        return [*self.nodegroups.values(), *self.self_managed.values()]

    @property
    def name(self) -> str:
        """Its name, unique in account and region."""
        return self.document["name"]

    @property
    def version(self) -> str:
        """Its Kubernetes version, as ``1.36``."""
        return self.document["version"]
