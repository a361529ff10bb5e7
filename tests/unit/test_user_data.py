"""User data of every operating system: its very bytes, and what its readers find in them.

    python -m tests.unit.test_user_data    # writes the files of golden/user_data anew

Another byte is another version of the launch template, which replaces every node of the group: look
at each difference before it is committed.
"""

import email
import re
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from spec import facts
from spec.model import NodeGroupSpec
from spec.user_data import MOST_BYTES, Coordinates, Node, compiled, mime, size_of

FOLDER = Path(__file__).parent / "golden" / "user_data"

CLUSTER = Coordinates(
    cluster_name="dev",
    endpoint="https://0123456789ABCDEF0123456789ABCDEF.gr7.eu-central-1.eks.amazonaws.com",
    certificate_authority="LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t",
    service_cidr="172.20.0.0/16",
)
ALWAYS = ("localhost", "169.254.169.254", "10.0.0.0/16")

LABELS = {"tier": "db", "example.com/team": "data"}
TAINTS = [
    {"key": "dedicated", "value": "db", "effect": "NoSchedule"},
    {"key": "dedicated", "value": "db", "effect": "NoExecute"},
    {"key": "spot", "effect": "PreferNoSchedule"},
]
KUBELET = {
    "cpuManagerPolicy": "static",
    "topologyManagerPolicy": "single-numa-node",
    "topologyManagerScope": "pod",
    "memoryManagerPolicy": "None",
    "systemReserved": {"memory": "200Mi", "cpu": "100m"},
    "kubeReserved": {"cpu": "80m", "ephemeral-storage": "1Gi"},
    "evictionHard": {"nodefs.available": "10%", "memory.available": "500Mi"},
    "imageGCHighThresholdPercent": 85,
    "imageGCLowThresholdPercent": 80,
    "containerLogMaxSize": "50Mi",
    "containerLogMaxFiles": 5,
    "registryPullQPS": 0,
    "registryBurst": 20,
    "podPidsLimit": 4096,
}
OF_LINUX = {
    "evictionSoft": {"memory.available": "5%"},
    "evictionSoftGracePeriod": {"memory.available": "1m30s"},
    "allowedUnsafeSysctls": ["net.core.somaxconn", "kernel.msg*"],
    "shutdownGracePeriod": "45s",
    "shutdownGracePeriodCriticalPods": "15s",
}
OF_AL2023 = {
    "serializeImagePulls": False,
    "maxParallelImagePulls": 4,
    "extra": {"logging": {"verbosity": 3}, "featureGates": {"InPlacePodVerticalScaling": True}},
}
MIRRORS = {
    "docker.io": ["https://mirror.example.com/v2/docker", "https://registry.example.com:5000"],
    "*": ["https://others.example.com"],
    "localhost:5000": ["http://10.0.0.5:5000"],
}
PROXY = {"https": "https://proxy.example.com:3128", "noProxy": [".corp", "192.168.0.0/16"]}
SCRIPT = ["sysctl -w net.core.somaxconn=4096", 'echo "From the stack file: größer & <besser>"']


class Case(NamedTuple):
    """A group of nodes, and what is known of it when its user data is made."""

    group: dict[str, Any]
    node: Node = Node(no_proxy=ALWAYS)


def full(**more: Any) -> Node:
    return Node(coordinates=CLUSTER, no_proxy=ALWAYS, **more)


CASES = {
    "al2023-kubelet.mime": Case(
        {"kubelet": {**KUBELET, **OF_LINUX, **OF_AL2023}}, Node(max_pods=110)
    ),
    "al2023-all.mime": Case(
        {
            "preBootstrap": SCRIPT,
            "registry": {"mirrors": MIRRORS},
            "proxy": {**PROXY, "http": "http://proxy.example.com:3128"},
            "containerd": {
                "config": '[plugins."io.containerd.cri.v1.runtime"]\nenable_selinux = true\n',
                "baseRuntimeSpec": {
                    "process": {"rlimits": [{"type": "RLIMIT_NOFILE", "soft": 1024, "hard": 4096}]}
                },
            },
            "localStorage": {"strategy": "RAID0"},
        }
    ),
    "al2023-own-image.mime": Case(
        {"amiId": "ami-0123abcd", "labels": LABELS, "taints": TAINTS, "preBootstrap": SCRIPT[:1]},
        full(max_pods=58),
    ),
    "bottlerocket.toml": Case(
        {
            "imageFamily": "BOTTLEROCKET",
            "kubelet": {**KUBELET, **OF_LINUX},
            "registry": {"mirrors": MIRRORS},
            "proxy": PROXY,
            "bottlerocket": {
                "kernel": {"lockdown": "integrity", "sysctl": {"net.core.somaxconn": "4096"}},
                "host-containers": {"admin": {"enabled": True}},
                "kubernetes": {"static-pods": {"a": {"enabled": False}}},
                "ntp": {"time-servers": ["169.254.169.123"]},
            },
        },
        Node(max_pods=110, no_proxy=ALWAYS),
    ),
    "bottlerocket-own-image.toml": Case(
        {
            "imageFamily": "BOTTLEROCKET",
            "amiId": "ami-0123abcd",
            "labels": LABELS,
            "taints": TAINTS,
        },
        full(),
    ),
    "windows-own-image.ps1": Case(
        {
            "imageFamily": "WINDOWS_CORE_2022",
            "amiId": "ami-0123abcd",
            "labels": LABELS,
            "taints": TAINTS,
            "preBootstrap": ["$name = 'it''s'", 'Write-Output "größer $name"'],
            "kubelet": {**KUBELET, "serializeImagePulls": True},
        },
        full(max_pods=20),
    ),
}


def group_of(said: dict[str, Any]) -> NodeGroupSpec:
    return NodeGroupSpec.model_validate({"instanceTypes": ["m5.large"], "nodes": 1, **said})


def text_of(case: Case) -> str | None:
    group = group_of(case.group)
    node = case.node
    if node.coordinates:
        node = Node(
            coordinates=node.coordinates,
            max_pods=node.max_pods,
            no_proxy=node.no_proxy,
            labels=group.labels,
            taints=group.taints,
        )
    return compiled(group.image, group, node)


@pytest.mark.parametrize("name", CASES)
def test_the_bytes_are_as_ever(name):
    there = (FOLDER / name).read_bytes()
    assert text_of(CASES[name]).encode() == there, "run python -m tests.unit.test_user_data"


def test_every_golden_file_is_of_a_case():
    assert {path.name for path in FOLDER.iterdir()} == CASES.keys()


# Read back as their readers do


def parts(text: str) -> list[tuple[str, str]]:
    """Content type and text of each part, as cloud-init and nodeadm read them."""
    message = email.message_from_bytes(text.encode())
    assert message.get_content_type() == "multipart/mixed"
    assert not message.defects
    assert message.is_multipart()
    return [
        (part.get_content_type(), part.get_payload(decode=True).decode())
        for part in message.get_payload()
    ]


def node_config(text: str) -> dict[str, Any]:
    """What nodeadm reads."""
    found = [it for kind, it in parts(text) if kind == "application/node.eks.aws"]
    assert len(found) == 1
    document = yaml.safe_load(found[0])
    assert document.keys() == {"apiVersion", "kind", "spec"}
    assert (document["apiVersion"], document["kind"]) == ("node.eks.aws/v1alpha1", "NodeConfig")
    return document["spec"]


def scripts(text: str) -> list[list[str]]:
    """Lines of the shell scripts, without those that all of them begin with."""
    found = [it.splitlines() for kind, it in parts(text) if kind == "text/x-shellscript"]
    assert all(it[:2] == ["#!/bin/bash", "set -o errexit"] for it in found)
    return [it[2:] for it in found]


def written_files(lines: list[str]) -> dict[str, str]:
    """Files that a script of `cat > file <<'END'` writes."""
    found = re.findall(r"^cat > (\S+) <<'HOSTS'\n(.*?)^HOSTS$", "\n".join(lines), re.M | re.S)
    return dict(found)


def powershell(text: str) -> tuple[list[str], dict[str, str]]:
    """Lines before the bootstrap script, and the arguments that it is given."""
    lines = text.splitlines()
    assert (lines[0], lines[-1]) == ("<powershell>", "</powershell>")
    call = lines[-2]
    script = r'& "$env:ProgramFiles\Amazon\EKS\Start-EKSBootstrap.ps1"'
    assert call.startswith(script)
    quoted = r" -(\w+) '((?:[^']|'')*)'"
    rest = call.removeprefix(script)
    assert re.fullmatch(f"(?:{quoted})+", rest), "nothing but named arguments in single quotes"
    arguments = {name: it.replace("''", "'") for name, it in re.findall(quoted, rest)}
    return lines[1:-2], arguments


def settings(text: str) -> dict[str, Any]:
    """What Bottlerocket reads."""
    document = tomllib.loads(text)
    assert document.keys() == {"settings"}
    return document["settings"]


def test_nodeadm_finds_the_kubelets_settings():
    spec = node_config(text_of(CASES["al2023-kubelet.mime"]))
    of_extra = OF_AL2023["extra"]
    typed = {key: it for key, it in OF_AL2023.items() if key != "extra"}
    assert spec == {
        "kubelet": {"config": {**KUBELET, **OF_LINUX, **typed, **of_extra, "maxPods": 110}}
    }


def test_nodeadm_finds_all_that_it_can_be_told():
    case = CASES["al2023-all.mime"]
    spec = node_config(text_of(case))
    assert spec == {
        "containerd": case.group["containerd"],
        "instance": {
            "localStorage": {"strategy": "RAID0"},
            "environment": {
                "default": {
                    "HTTP_PROXY": "http://proxy.example.com:3128",
                    "HTTPS_PROXY": "https://proxy.example.com:3128",
                    "NO_PROXY": "localhost,169.254.169.254,10.0.0.0/16,.corp,192.168.0.0/16",
                }
            },
        },
    }
    assert tomllib.loads(spec["containerd"]["config"])["plugins"] == {
        "io.containerd.cri.v1.runtime": {"enable_selinux": True}
    }


def test_the_users_script_comes_first_and_as_it_is():
    text = text_of(CASES["al2023-all.mime"])
    assert [kind for kind, _ in parts(text)] == [
        "text/x-shellscript",
        "text/x-shellscript",
        "application/node.eks.aws",
    ]
    assert scripts(text)[0] == SCRIPT


def test_containerd_finds_the_mirrors():
    """https://github.com/containerd/containerd/blob/main/docs/hosts.md."""
    lines = scripts(text_of(CASES["al2023-all.mime"]))[1]
    files = written_files(lines)
    folders = {"docker.io": "docker.io", "*": "_default", "localhost:5000": "localhost:5000"}
    assert files.keys() == {
        f"/etc/containerd/certs.d/{folders[host]}/hosts.toml" for host in MIRRORS
    }
    for host, mirrors in MIRRORS.items():
        folder = f"/etc/containerd/certs.d/{folders[host]}"
        assert f"mkdir -p {folder}" in lines
        hosts = tomllib.loads(files[f"{folder}/hosts.toml"])["host"]
        assert list(hosts) == mirrors, "in the order in which they are asked"
        assert all(it["capabilities"] == ["pull", "resolve"] for it in hosts.values())


def test_a_node_of_an_own_image_is_told_its_cluster_labels_and_taints():
    """https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/api/#clusterdetails."""
    spec = node_config(text_of(CASES["al2023-own-image.mime"]))
    assert spec == {
        "cluster": {
            "name": "dev",
            "apiServerEndpoint": CLUSTER.endpoint,
            "certificateAuthority": CLUSTER.certificate_authority,
            "cidr": "172.20.0.0/16",
        },
        "kubelet": {
            "config": {"maxPods": 58},
            "flags": [
                "--node-labels=example.com/team=data,tier=db",
                "--register-with-taints=dedicated=db:NoSchedule,dedicated=db:NoExecute"
                ",spot:PreferNoSchedule",
            ],
        },
    }


def test_bottlerocket_finds_its_settings():
    """https://bottlerocket.dev/en/os/latest/api/settings/kubernetes/."""
    assert settings(text_of(CASES["bottlerocket.toml"])) == {
        "kubernetes": {
            "cpu-manager-policy": "static",
            "topology-manager-policy": "single-numa-node",
            "topology-manager-scope": "pod",
            "memory-manager-policy": "None",
            "system-reserved": {"memory": "200Mi", "cpu": "100m"},
            "kube-reserved": {"cpu": "80m", "ephemeral-storage": "1Gi"},
            "eviction-hard": {"nodefs.available": "10%", "memory.available": "500Mi"},
            "eviction-soft": {"memory.available": "5%"},
            "eviction-soft-grace-period": {"memory.available": "1m30s"},
            "image-gc-high-threshold-percent": 85,
            "image-gc-low-threshold-percent": 80,
            "container-log-max-size": "50Mi",
            "container-log-max-files": 5,
            "registry-qps": 0,
            "registry-burst": 20,
            "pod-pids-limit": 4096,
            "allowed-unsafe-sysctls": ["net.core.somaxconn", "kernel.msg*"],
            "shutdown-grace-period": "45s",
            "shutdown-grace-period-for-critical-pods": "15s",
            "max-pods": 110,
            "static-pods": {"a": {"enabled": False}},
        },
        "container-registry": {
            "mirrors": [{"registry": host, "endpoint": MIRRORS[host]} for host in sorted(MIRRORS)]
        },
        "network": {
            "https-proxy": "https://proxy.example.com:3128",
            "no-proxy": [*ALWAYS, ".corp", "192.168.0.0/16"],
        },
        "kernel": {"lockdown": "integrity", "sysctl": {"net.core.somaxconn": "4096"}},
        "host-containers": {"admin": {"enabled": True}},
        "ntp": {"time-servers": ["169.254.169.123"]},
    }


def test_bottlerocket_of_an_own_image_is_told_its_cluster_labels_and_taints():
    assert settings(text_of(CASES["bottlerocket-own-image.toml"])) == {
        "kubernetes": {
            "cluster-name": "dev",
            "api-server": CLUSTER.endpoint,
            "cluster-certificate": CLUSTER.certificate_authority,
            "node-labels": LABELS,
            "node-taints": {
                "dedicated": ["db:NoSchedule", "db:NoExecute"],
                "spot": [":PreferNoSchedule"],
            },
        }
    }


def test_windows_runs_the_users_lines_and_then_eks_script():
    before, arguments = powershell(text_of(CASES["windows-own-image.ps1"]))
    assert before == CASES["windows-own-image.ps1"].group["preBootstrap"]
    kubelet = dict(
        it.removeprefix("--").split("=", 1) for it in arguments.pop("KubeletExtraArgs").split(" ")
    )
    assert arguments == {
        "EKSClusterName": "dev",
        "APIServerEndpoint": CLUSTER.endpoint,
        "Base64ClusterCA": CLUSTER.certificate_authority,
        "ServiceCIDR": "172.20.0.0/16",
    }
    assert kubelet == {
        "node-labels": "example.com/team=data,tier=db",
        "register-with-taints": "dedicated=db:NoSchedule,dedicated=db:NoExecute"
        ",spot:PreferNoSchedule",
        "max-pods": "20",
        "container-log-max-files": "5",
        "container-log-max-size": "50Mi",
        "cpu-manager-policy": "static",
        "eviction-hard": "memory.available<500Mi,nodefs.available<10%",
        "image-gc-high-threshold": "85",
        "image-gc-low-threshold": "80",
        "kube-reserved": "cpu=80m,ephemeral-storage=1Gi",
        "memory-manager-policy": "None",
        "pod-max-pids": "4096",
        "registry-burst": "20",
        "registry-qps": "0",
        "serialize-image-pulls": "true",
        "system-reserved": "cpu=100m,memory=200Mi",
        "topology-manager-policy": "single-numa-node",
        "topology-manager-scope": "pod",
    }


# Nothing said, nothing written


FAMILIES = ["AL2023", "BOTTLEROCKET", "WINDOWS_CORE_2022"]


@pytest.mark.parametrize("family", FAMILIES)
def test_where_nothing_is_said_there_is_no_user_data(family):
    said = {"imageFamily": family, "labels": LABELS, "taints": TAINTS}
    assert text_of(Case(said)) is None


def test_empty_mappings_say_nothing():
    assert text_of(Case({"kubelet": {}, "containerd": {}})) is None
    assert text_of(Case({"kubelet": {"systemReserved": {}}, "imageFamily": "BOTTLEROCKET"})) is None


@pytest.mark.parametrize("name", ["al2023-kubelet.mime", "al2023-all.mime", "bottlerocket.toml"])
def test_what_eks_tells_nodes_by_itself_is_not_said_again(name):
    """EKS merges its own part, and refuses ours where it names the cluster."""
    said = CASES[name].group
    text = text_of(Case({**said, "labels": LABELS, "taints": TAINTS}, CASES[name].node))
    assert text == text_of(CASES[name])
    assert not re.search(
        r"cluster-name|api-server|apiServer|certificate|node-(labels|taints)", text
    )


# The same says the same, and what goes in comes out


def turned(value: Any) -> Any:
    """The same with the keys of mappings the other way round."""
    if isinstance(value, dict):
        return {key: turned(value[key]) for key in reversed(list(value))}
    return [turned(it) for it in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", CASES)
def test_the_order_of_keys_makes_no_difference(name):
    case = CASES[name]
    assert text_of(Case(turned(case.group), case.node)) == text_of(case)


def _some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


_QUANTITIES = st.builds("{}{}".format, st.integers(1, 4096), st.sampled_from(["", "Mi", "Gi", "m"]))
_TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t"), min_size=1, max_size=40
).filter(lambda it: "--//" not in it)
_LINES = _TEXTS.filter(lambda it: len(it.splitlines()) == 1)
_KEYS = st.from_regex(r"[a-z][a-z0-9-]{0,10}", fullmatch=True)
_VALUES = st.recursive(
    st.booleans() | st.integers(-(2**31), 2**31) | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=6,
)
_HOSTS = st.sampled_from(["docker.io", "*", "quay.io", "ghcr.io", "10.0.0.1:5000"])
_URLS = st.from_regex(r"https?://[a-z0-9./:_-]{1,30}", fullmatch=True)
_SIGNALS = st.sampled_from(["memory.available", "nodefs.available", "pid.available"])
_KUBELET = {
    "cpuManagerPolicy": st.sampled_from(["none", "static"]),
    "systemReserved": st.dictionaries(st.sampled_from(["cpu", "memory"]), _QUANTITIES),
    "evictionHard": st.dictionaries(_SIGNALS, _QUANTITIES),
    "imageGCHighThresholdPercent": st.integers(0, 100),
    "registryPullQPS": st.integers(0, 1000),
    "podPidsLimit": st.integers(-1, 10**6),
}
_MIRRORS = st.dictionaries(
    _HOSTS, st.lists(_URLS, min_size=1, max_size=3, unique=True), min_size=1, max_size=3
)
_COMMON = {"maxPods": st.integers(1, 250)}

ON_AL2023 = _some(
    **_COMMON,
    kubelet=_some(
        **_KUBELET,
        extra=st.dictionaries(_KEYS.map("x{}".format), _VALUES, max_size=3),
        serializeImagePulls=st.booleans(),
    ),
    registry=st.fixed_dictionaries({"mirrors": _MIRRORS}),
    preBootstrap=st.lists(_LINES, min_size=1, max_size=4),
    localStorage=st.fixed_dictionaries({"strategy": st.sampled_from(["RAID0", "Mount"])}),
    containerd=_some(baseRuntimeSpec=st.dictionaries(_KEYS, _VALUES, max_size=3)),
)
ON_BOTTLEROCKET = _some(
    **_COMMON,
    kubelet=_some(**_KUBELET),
    registry=st.fixed_dictionaries({"mirrors": _MIRRORS}),
    bottlerocket=st.dictionaries(_KEYS.map("x{}".format), _VALUES, max_size=3),
)
ON_WINDOWS = _some(
    **_COMMON,
    kubelet=_some(**_KUBELET, serializeImagePulls=st.booleans()),
    preBootstrap=st.lists(
        _LINES.filter(lambda it: "</powershell>" not in it.casefold()), min_size=1, max_size=4
    ),
)


def kubelet_said(said: dict[str, Any]) -> dict[str, Any]:
    """What is said of the kubelet, without what is empty."""
    kubelet = said.get("kubelet", {})
    return {key: it for key, it in kubelet.items() if it != {} and key != "extra"}


@given(ON_AL2023)
def test_what_al2023_is_told_comes_out_again(said):
    group = group_of(said)
    node = Node(max_pods=group.max_pods)
    text = compiled(group.image, group, node)
    assert text == compiled(group.image, group_of(turned(said)), node)
    of_kubelet = {**kubelet_said(said), **said.get("kubelet", {}).get("extra", {})}
    if "maxPods" in said:
        of_kubelet["maxPods"] = said["maxPods"]
    of_containerd = said.get("containerd", {}).get("baseRuntimeSpec", {})
    expected: dict[str, Any] = {}
    if of_kubelet:
        expected["kubelet"] = {"config": of_kubelet}
    if of_containerd:
        expected["containerd"] = {"baseRuntimeSpec": of_containerd}
    if "localStorage" in said:
        expected["instance"] = {"localStorage": said["localStorage"]}
    mirrors = said.get("registry", {}).get("mirrors", {})
    if text is None:
        assert not expected
        assert not mirrors
        assert "preBootstrap" not in said
        return
    if expected:
        assert node_config(text) == expected
    else:
        assert all(kind == "text/x-shellscript" for kind, _ in parts(text))
    found = scripts(text)
    if "preBootstrap" in said:
        assert found.pop(0) == said["preBootstrap"]
    if mirrors:
        hosts = [tomllib.loads(it)["host"] for it in written_files(found.pop(0)).values()]
        assert [list(it) for it in hosts] == [mirrors[host] for host in sorted(mirrors)]
    assert not found


@given(ON_BOTTLEROCKET)
def test_what_bottlerocket_is_told_comes_out_again(said):
    group = group_of({**said, "imageFamily": "BOTTLEROCKET"})
    node = Node(max_pods=group.max_pods)
    text = compiled(group.image, group, node)
    other = group_of({**turned(said), "imageFamily": "BOTTLEROCKET"})
    assert text == compiled(group.image, other, node)
    names = facts.kubelet_settings()
    kubernetes = {names[key].bottlerocket: it for key, it in kubelet_said(said).items()}
    if "maxPods" in said:
        kubernetes["max-pods"] = said["maxPods"]
    expected = dict(said.get("bottlerocket", {}))
    if kubernetes:
        expected["kubernetes"] = kubernetes
    if mirrors := said.get("registry", {}).get("mirrors", {}):
        expected["container-registry"] = {
            "mirrors": [{"registry": host, "endpoint": mirrors[host]} for host in sorted(mirrors)]
        }
    assert (settings(text) if text else {}) == expected


@given(ON_WINDOWS)
def test_what_windows_is_told_comes_out_again(said):
    its_own = {"imageFamily": "WINDOWS_CORE_2022", "amiId": "ami-0123abcd"}
    group = group_of({**said, **its_own})
    node = full(max_pods=group.max_pods)
    text = compiled(group.image, group, node)
    assert text == compiled(group.image, group_of({**turned(said), **its_own}), node)
    # Lines of PowerShell end where lines end, at no other separator that Unicode has.
    lines = text.split("\n")
    assert (lines[0], lines[-2:]) == ("<powershell>", ["</powershell>", ""])
    assert lines[1:-3] == said.get("preBootstrap", [])
    _, arguments = powershell("\n".join([lines[0], *lines[-3:]]))
    given_to_kubelet = set(filter(None, arguments.get("KubeletExtraArgs", "").split(" ")))
    expected = {f"--max-pods={it}" for it in [said.get("maxPods")] if it}
    for name, it in kubelet_said(said).items():
        mark = "<" if name == "evictionHard" else "="
        value = str(it).lower() if isinstance(it, bool) else it
        if isinstance(it, dict):
            value = ",".join(f"{key}{mark}{it[key]}" for key in sorted(it))
        expected.add(f"--{facts.kubelet_settings()[name].argument}={value}")
    assert given_to_kubelet == expected


# What cannot be said


def test_a_part_that_would_end_another_is_refused():
    for text in ("--//", "a\n--//--\nb"):
        with pytest.raises(ValueError, match="divides the parts"):
            mime.multipart([mime.Part("text/x-shellscript", text)])
    with pytest.raises(ValueError, match="carriage return"):
        mime.multipart([mime.Part("text/x-shellscript", "a\r\nb")])


@pytest.mark.parametrize("extra", [{"a": {1: "b"}}, {"a": [{"b": {True: 1}}]}])
def test_keys_that_are_no_texts_are_refused(extra):
    for said in (
        {"kubelet": {"extra": extra}},
        {"containerd": {"baseRuntimeSpec": extra}},
        {"imageFamily": "BOTTLEROCKET", "bottlerocket": extra},
    ):
        with pytest.raises(ValueError, match="which is no text; put it in quotes"):
            group_of(said)


LENGTHS = range(MOST_BYTES - 3000, MOST_BYTES, 50)
"""Of a script, from such as fit to such as do not."""


@pytest.mark.parametrize("family", ["AL2023", "WINDOWS_CORE_2022"])
def test_what_is_not_refused_is_never_larger_than_ec2_takes(family):
    """With the longest name, endpoint and authority that a cluster has, whatever comes of it."""
    longest = Coordinates(
        cluster_name="c" * 100,
        endpoint="https://" + "E" * 80,
        certificate_authority="Q" * 1480,
        service_cidr="255.255.255.240/28",
    )
    refused = 0
    for length in LENGTHS:
        said = {
            "imageFamily": family,
            "amiId": "ami-0123abcd",
            "preBootstrap": ["é" * (length // 2)],
            **({"proxy": PROXY} if family == "AL2023" else {}),
        }
        group = unless_too_large(said)
        if group is None:
            refused += 1
            continue
        node = Node(coordinates=longest, max_pods=110, no_proxy=[*ALWAYS, "100.64.0.0/16"])
        assert size_of(compiled(group.image, group, node)) <= MOST_BYTES
    assert 0 < refused < len(LENGTHS)


def unless_too_large(said: dict[str, Any]) -> NodeGroupSpec | None:
    try:
        return group_of(said)
    except ValueError as error:
        if "EC2 takes 16384" not in str(error):
            raise
        return None


def test_size_is_counted_in_bytes():
    assert size_of("größer") == 8


def main() -> None:
    """Writes the golden files."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, case in CASES.items():
        (FOLDER / name).write_bytes((text_of(case) or "").encode())


if __name__ == "__main__":
    main()
