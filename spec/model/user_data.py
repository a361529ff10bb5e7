"""What nodes are told when they start, beside what EKS tells them: their user data."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self, cast

from pydantic import BeforeValidator, Field, model_validator

from spec import facts
from spec.model.base import AsTuple, Check, Model, Unique, matches, said, spelling, whole, wrong
from spec.model.broken import Broken, refuse
from spec.problems import PathKey

CpuManagerPolicy = Literal["none", "static"]
TopologyManagerPolicy = Literal["none", "best-effort", "restricted", "single-numa-node"]
TopologyManagerScope = Literal["container", "pod"]
MemoryManagerPolicy = Literal["None", "Static"]
LocalStorageStrategy = Literal["RAID0", "RAID10", "Mount"]

_QUANTITY = r"[0-9]+(?:\.[0-9]+)?(?:m|[kMGTPE]i?|Ki)?"
_GO_DURATION = r"(?:[0-9]+(?:\.[0-9]+)?(?:ms|s|m|h))+"

Quantity = Annotated[str, matches("a quantity", _QUANTITY, '"500Mi"')]
Threshold = Annotated[
    str, matches("a threshold", rf"{_QUANTITY}|[0-9]+(?:\.[0-9]+)?%", '"10%" or "500Mi"')
]
GoDuration = Annotated[str, matches("a duration", _GO_DURATION, '"30s"')]
Reserved = dict[
    Annotated[str, matches("a resource", "cpu|memory|ephemeral-storage|pid", "memory")], Quantity
]
Signal = Annotated[
    str,
    matches(
        "an eviction signal",
        r"memory\.available|nodefs\.available|nodefs\.inodesFree|imagefs\.available"
        r"|imagefs\.inodesFree|pid\.available",
        "memory.available",
    ),
]
Percent = Annotated[int, Field(ge=0, le=100)]


def _inside(value: Any) -> list[tuple[Any, Any]]:
    """What is inside a mapping or a list, with the way to it."""
    if isinstance(value, dict):
        return list(cast("dict[Any, Any]", value).items())
    return list(enumerate(cast("list[Any]", value))) if isinstance(value, list) else []


def _refuse_keys(value: Any, *at: PathKey) -> None:
    for key, inner in _inside(value):
        if isinstance(value, dict) and not isinstance(key, str):
            raise wrong(f"has the key {said(key)}, which is no text; put it in quotes", *at)
        _refuse_keys(inner, *at, key)


def _refuse_nulls(value: Any, *at: PathKey) -> None:
    if value is None:
        raise wrong("is nothing, which TOML cannot say; remove it, or give it a value", *at)
    for key, inner in _inside(value):
        _refuse_nulls(inner, *at, key)


def _textual(value: dict[str, Any]) -> dict[str, Any]:
    """A mapping whose keys are texts, down to the last, as YAML and TOML of user data want it."""
    _refuse_keys(value)
    return value


def _tomlike(value: dict[str, Any]) -> dict[str, Any]:
    """What TOML can say."""
    _refuse_nulls(value)
    return value


Settings = Annotated[dict[str, Any], Check(_textual)]
"""Any settings of another program, which are handed on as they are."""


class KubeletSpec(Model):
    """Fields of the kubelet's configuration, by Kubernetes' names.

    https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
    """

    cpu_manager_policy: Annotated[CpuManagerPolicy, spelling(CpuManagerPolicy)] | None = None
    """`none`, or `static`: whole processors for pods that ask for whole ones."""
    topology_manager_policy: (
        Annotated[TopologyManagerPolicy, spelling(TopologyManagerPolicy)] | None
    ) = None
    """`none`, `best-effort`, `restricted` or `single-numa-node`."""
    topology_manager_scope: (
        Annotated[TopologyManagerScope, spelling(TopologyManagerScope)] | None
    ) = None
    """`container` or `pod`."""
    memory_manager_policy: Annotated[MemoryManagerPolicy, spelling(MemoryManagerPolicy)] | None = (
        None
    )
    """`None` or `Static`."""
    system_reserved: Annotated[Reserved, Field(examples=[{"memory": "200Mi"}])] = {}
    """What the operating system keeps for itself: `cpu`, `memory`, `ephemeral-storage`, `pid`."""
    kube_reserved: Annotated[Reserved, Field(examples=[{"cpu": "100m"}])] = {}
    """What Kubernetes keeps for itself."""
    eviction_hard: Annotated[
        dict[Signal, Threshold], Field(examples=[{"memory.available": "5%"}])
    ] = {}
    """Below which pods are evicted at once, by signal."""
    eviction_soft: dict[Signal, Threshold] = {}
    """Below which pods are evicted after `evictionSoftGracePeriod`, by signal."""
    eviction_soft_grace_period: Annotated[
        dict[Signal, GoDuration], Field(examples=[{"memory.available": "90s"}])
    ] = {}
    """How long each signal of `evictionSoft` may last."""
    image_gc_high_threshold_percent: Annotated[
        Percent | None, Field(alias="imageGCHighThresholdPercent")
    ] = None
    """Disk use in percent, above which images that are not used are deleted."""
    image_gc_low_threshold_percent: Annotated[
        Percent | None, Field(alias="imageGCLowThresholdPercent")
    ] = None
    """Disk use in percent, down to which they are."""
    container_log_max_size: Quantity | None = None
    """Size at which a container's log is rotated."""
    container_log_max_files: Annotated[int, Field(ge=2)] | None = None
    """How many files of a container's log are kept."""
    registry_pull_qps: Annotated[
        Annotated[int, Field(ge=0)] | None, Field(alias="registryPullQPS")
    ] = None
    """Image pulls a second; 0: any number."""
    registry_burst: Annotated[int, Field(ge=0)] | None = None
    """Image pulls at once."""
    serialize_image_pulls: bool | None = None
    """Whether images are pulled one after the other."""
    max_parallel_image_pulls: Annotated[int, Field(ge=1)] | None = None
    """How many images are pulled at once; needs `serializeImagePulls: false`."""
    pod_pids_limit: Annotated[int, Field(ge=-1)] | None = None
    """Processes of a pod; -1: any number."""
    allowed_unsafe_sysctls: Annotated[
        tuple[Annotated[str, Field(min_length=1)], ...],
        AsTuple,
        Unique,
        Field(examples=[["net.core.somaxconn"]]),
    ] = ()
    """Kernel parameters that pods may set although they are not safe."""
    shutdown_grace_period: GoDuration | None = None
    """How long a shutdown of the node waits for pods."""
    shutdown_grace_period_critical_pods: GoDuration | None = None
    """How much of it is for critical pods."""
    extra: Annotated[Settings, Field(examples=[{"logging": {"verbosity": 3}}])] = {}
    """Any further fields, as they are. Of AL2023 alone."""

    @model_validator(mode="after")
    def _that_fits_together(self) -> Self:
        refuse(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        own = {field.alias or name for name, field in KubeletSpec.model_fields.items()} - {"extra"}
        for name in self.extra:
            if name in own or name == "maxPods":
                yield Broken(("extra", name), "has a field of its own; say it there", at_key=True)
        if self.eviction_soft.keys() != self.eviction_soft_grace_period.keys():
            yield Broken(("evictionSoftGracePeriod",), "must have the same signals as evictionSoft")
        if self.max_parallel_image_pulls and self.serialize_image_pulls is not False:
            yield Broken(("maxParallelImagePulls",), "needs serializeImagePulls: false")

    @property
    def settings(self) -> dict[str, Any]:
        """What is said, by Kubernetes' names, without `extra`."""
        said_here = self.model_dump(
            by_alias=True, exclude_none=True, exclude={"extra"}, mode="json"
        )
        return {name: value for name, value in said_here.items() if value not in ({}, [])}


def _toml(value: str) -> str:
    try:
        tomllib.loads(value)
    except tomllib.TOMLDecodeError as error:
        raise wrong(f"is not TOML: {error}") from None
    return value


class ContainerdSpec(Model):
    """Settings of containerd.

    https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/api/#containerdoptions
    """

    config: Annotated[str, Check(_toml)] | None = None
    """Its configuration in TOML, which is merged with that of the image."""
    base_runtime_spec: Annotated[
        Settings,
        Field(
            examples=[{"process": {"rlimits": [{"type": "RLIMIT_NOFILE", "hard": 1, "soft": 1}]}}]
        ),
    ] = {}
    """The OCI runtime specification of all containers, which is merged with that of the image."""


Host = Annotated[
    str,
    matches("a registry", r"\*|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]+)?", "docker.io"),
]
Url = Annotated[str, matches("a URL", r"https?://[^\s\x22'\\]+", "https://mirror.example.com")]


class RegistrySpec(Model):
    """Where images are pulled from."""

    mirrors: Annotated[
        dict[Host, Annotated[tuple[Url, ...], AsTuple, Unique, Field(min_length=1)]],
        Field(min_length=1, examples=[{"docker.io": ["https://mirror.example.com"]}]),
    ]
    """Mirrors by registry, in the order in which they are asked; `*` stands for all others."""


class ProxySpec(Model):
    """A proxy that nodes take to the internet."""

    http: Url | None = None
    """For `http://`. Default: the one for `https://`. Bottlerocket knows one for both."""
    https: Url
    """For `https://`."""
    no_proxy: Annotated[
        tuple[Annotated[str, matches("a host or network", r"[^\s,\x22']+", ".internal")], ...],
        AsTuple,
        Unique,
    ] = ()
    """Hosts, domains and networks that are reached without it, besides those that always are: the
    node itself, the instance metadata service, the VPC, the cluster's services and its API."""


class LocalStorageSpec(Model):
    """Disks that instances have themselves.

    https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/api/#localstorageoptions
    """

    strategy: Annotated[LocalStorageStrategy, spelling(LocalStorageStrategy)]
    """`RAID0` or `RAID10`: images, logs and pods' files lie on all of them together. `Mount`: each
    is mounted by itself."""


_MOST_PODS = 1514
"""As many as AWS says of any type.

https://github.com/aws/amazon-vpc-cni-k8s/blob/6152e01c83bb8f04fdc8690e99134ebe1445db29/misc/eni-max-pods.txt
"""


def _max_pods(value: Any) -> Any:
    if isinstance(value, str) and value.casefold() == "auto":
        return None
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise wrong(f"must be auto or a whole number, not {said(value)}")
    return value


MaxPods = Annotated[
    Annotated[int, Field(ge=1, le=_MOST_PODS)] | None,
    BeforeValidator(
        _max_pods,
        json_schema_input_type=Annotated[int, Field(ge=1, le=_MOST_PODS)]
        | Annotated[str, Field(pattern=whole("[Aa][Uu][Tt][Oo]"))],
    ),
]


class UserDataSpec(Model):
    """Fields that nodes read when they start.

    https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html#launch-template-user-data
    """

    kubelet: KubeletSpec | None = None
    """Settings of the kubelet."""
    containerd: ContainerdSpec | None = None
    """Settings of containerd; of AL2023 alone."""
    max_pods: Annotated[MaxPods, Field(examples=["auto", 110])] = None
    """How many pods a node takes. `auto`, the default: as many as it has addresses for, worked out
    from the instance types, `network.pods.prefixDelegation` and custom networking."""
    registry: RegistrySpec | None = None
    """Mirrors of image registries."""
    proxy: ProxySpec | None = None
    """A proxy."""
    pre_bootstrap: Annotated[
        tuple[Annotated[str, Field(min_length=1)], ...],
        AsTuple,
        Field(examples=[["sysctl -w net.core.somaxconn=4096"]]),
    ] = ()
    """Lines of a shell script (on Windows of PowerShell) that runs before the node joins. Not of
    Bottlerocket, which has no shell."""
    local_storage: LocalStorageSpec | None = None
    """What becomes of instances' own disks; of AL2023 alone."""
    bottlerocket: Annotated[
        Settings, Check(_tomlike), Field(examples=[{"kernel": {"lockdown": "integrity"}}])
    ] = {}
    """Any settings of Bottlerocket, as below `settings` of its own configuration.
    https://bottlerocket.dev/en/os/latest/api/settings/"""

    @property
    def has_user_data(self) -> bool:
        """Whether anything is said."""
        return any(
            getattr(self, name) != field.default
            for name, field in UserDataSpec.model_fields.items()
        )

    def broken_on(self, image: facts.AmiType) -> Iterator[Broken]:
        """What an operating system cannot be told."""
        for name, reason in _UNSAYABLE[image.user_data].items():
            field = UserDataSpec.model_fields[name]
            if getattr(self, name) != field.default:
                yield Broken(
                    (field.alias or name,), f"cannot be said to nodes of {image.family}: {reason}"
                )
        if image.user_data != "nodeadm" and self.kubelet and self.kubelet.extra:
            yield Broken(
                ("kubelet", "extra"),
                f"cannot be said to nodes of {image.family}: they are told single settings, "
                "not the kubelet's configuration as a whole",
            )
        if image.user_data == "bottlerocket":
            yield from self._broken_of_bottlerocket()
        if image.user_data == "powershell" and self.kubelet:
            for name in self.kubelet.settings:
                if facts.kubelet_settings()[name].argument is None:
                    yield Broken(
                        ("kubelet", name),
                        f"cannot be said to nodes of {image.family}: no argument of the kubelet "
                        "says it there",
                    )

    def _broken_of_bottlerocket(self) -> Iterator[Broken]:
        names = facts.kubelet_settings()
        kubelet = self.kubelet.settings if self.kubelet else {}
        for name in kubelet:
            if names[name].bottlerocket is None:
                yield Broken(("kubelet", name), "is no setting of Bottlerocket")
        if self.proxy and self.proxy.http not in (None, self.proxy.https):
            yield Broken(
                ("proxy", "http"), "must be that of https: Bottlerocket knows one for both"
            )
        ours = {
            "kubernetes": {
                *(names[name].bottlerocket for name in kubelet),
                *_EKS_SETTINGS,
                *(["max-pods"] if self.max_pods else []),
            },
            "container-registry": {"mirrors"} if self.registry else set[str](),
            "network": {"https-proxy", "no-proxy"} if self.proxy else set[str](),
        }
        for group, settings in ours.items():
            there = self.bottlerocket.get(group, {})
            if not isinstance(there, Mapping):
                yield Broken(("bottlerocket", group), f"must be a mapping, not {said(there)}")
                continue
            for name in cast("Mapping[str, Any]", there):
                if name in settings:
                    yield Broken(
                        ("bottlerocket", group, name),
                        "is said by another field, or by the program itself; remove it",
                        at_key=True,
                    )


_UNSAYABLE: Mapping[str, Mapping[str, str]] = {
    "nodeadm": {"bottlerocket": "these are settings of imageFamily BOTTLEROCKET"},
    "bottlerocket": {
        "containerd": "Bottlerocket writes containerd's configuration itself",
        "pre_bootstrap": "Bottlerocket has no shell; say bottlerocket.bootstrap-containers",
        "local_storage": "this is a setting of AL2023's nodeadm",
    },
    "powershell": {
        "containerd": "EKS's bootstrap script writes containerd's configuration itself",
        "registry": "EKS's bootstrap script takes no mirrors; set them up in preBootstrap",
        "proxy": "EKS's bootstrap script takes no proxy; set it up in preBootstrap",
        "local_storage": "this is a setting of AL2023's nodeadm",
        "bottlerocket": "these are settings of imageFamily BOTTLEROCKET",
    },
}
"""What the reader of user data cannot be told, and why."""

_EKS_SETTINGS = (
    "cluster-name",
    "api-server",
    "cluster-certificate",
    "cluster-dns-ip",
    "node-labels",
    "node-taints",
)
"""Settings of Bottlerocket that a node gets from EKS or from us."""
