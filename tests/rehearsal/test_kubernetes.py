"""The Kubernetes API of a cluster: a real one, that holds what follows from what EKS keeps."""

import base64
import os
import signal
import ssl
import subprocess
import urllib.error
import urllib.request

import pytest

from rehearsal.kubernetes.api import ApiError
from tests.rehearsal.emulator import PATIENCE, REGION, command, running
from tests.rehearsal.kubernetes import (
    PROGRAMS,
    administrator,
    eventually,
    folder,
    named,
    needs_kubernetes,
)

pytestmark = needs_kubernetes

PODS = "/api/v1/namespaces/kube-system/pods"
NODES = "/api/v1/nodes"
TAINT = {"key": "dedicated", "value": "batch", "effect": "NO_SCHEDULE"}


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    return tmp_path_factory.mktemp("kubernetes") / "aws.state"


@pytest.fixture(scope="module")
def aws(state):
    # What a user of etcd may have in the shell must not matter.
    unfriendly = {"ETCD_DATA_DIR": "/nowhere", "ETCD_LISTEN_CLIENT_URLS": "http://127.0.0.1:1"}
    arguments = ("--state", str(state), "--kubernetes", str(PROGRAMS))
    with running(*arguments, **unfriendly) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def cluster(aws):
    """A cluster with all add-ons, two nodes without taints, and one with."""
    name = aws.cluster(version="1.35")
    for addon in ("vpc-cni", "kube-proxy", "eks-pod-identity-agent", "coredns"):
        aws.client("eks").create_addon(clusterName=name, addonName=addon)
    one = {"minSize": 1, "desiredSize": 1, "maxSize": 1}
    aws.nodegroup(name, nodegroupName="general", labels={"team": "a"})
    aws.nodegroup(name, nodegroupName="tainted", taints=[TAINT], scalingConfig=one)
    return name


@pytest.fixture(scope="module")
def api(aws, state, cluster):
    return administrator(state, aws, cluster)


def nodes_of(api, group):
    return named(api, f"{NODES}?labelSelector=eks.amazonaws.com/nodegroup={group}")


def running_pods(api, prefix):
    found = [pod for name, pod in named(api, PODS).items() if name.startswith(prefix)]
    return [pod for pod in found if pod["status"].get("phase") == "Running"]


def processes(place):
    """The ids of all processes that have to do with a folder."""
    listed = subprocess.run(
        ["ps", "-ww", "-eo", "pid=,args="], capture_output=True, text=True, check=True
    )
    lines = (line.split(None, 1) for line in listed.stdout.splitlines())
    return [int(line[0]) for line in lines if len(line) == 2 and str(place) in line[1]]


def test_endpoint_and_authority_are_those_of_a_server_on_loopback(aws, cluster):
    document = aws.describe(cluster)
    assert document["endpoint"].startswith("https://127.0.0.1:")
    trusted = ssl.create_default_context(
        cadata=ssl.DER_cert_to_PEM_cert(
            ssl.PEM_cert_to_DER_cert(_decoded(document["certificateAuthority"]["data"]))
        )
    )
    with urllib.request.urlopen(document["endpoint"] + "/readyz", context=trusted) as answer:  # noqa: S310
        assert answer.read() == b"ok"
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(document["endpoint"] + NODES, context=trusted)  # noqa: S310


def _decoded(data):
    import base64

    return base64.b64decode(data).decode()


def test_it_emulates_the_version_of_the_cluster(api):
    version = api.get("/version")
    assert (version["emulationMajor"], version["emulationMinor"]) == ("1", "35")


def test_nodes_are_those_of_the_instances(aws, cluster, api):
    nodes = eventually(lambda: len(found := nodes_of(api, "general")) == 2 and found, "two nodes")
    instances = {one["PrivateDnsName"]: one for one in aws.instances("general")}
    assert nodes.keys() == instances.keys()
    for name, node in nodes.items():
        instance = instances[name]
        zone = instance["Placement"]["AvailabilityZone"]
        labels = node["metadata"]["labels"]
        assert node["spec"]["providerID"] == f"aws:///{zone}/{instance['InstanceId']}"
        assert labels["topology.kubernetes.io/zone"] == zone
        assert labels["topology.kubernetes.io/region"] == REGION
        assert labels["node.kubernetes.io/instance-type"] == instance["InstanceType"]
        assert labels["eks.amazonaws.com/nodegroup"] == "general"
        assert labels["team"] == "a"
        # What nodeadm computes for a t3.medium: 3 interfaces of 6 addresses, 2 processors, 4 GiB.
        assert node["status"]["capacity"]["pods"] == "17"
        assert node["status"]["allocatable"]["cpu"] == "1930m"
        assert node["status"]["allocatable"]["memory"] == f"{4096 - 255 - 11 * 17 - 100}Mi"
        addresses = {it["type"]: it["address"] for it in node["status"]["addresses"]}
        assert addresses["InternalIP"] == instance["PrivateIpAddress"]
        assert node["status"]["nodeInfo"]["kubeletVersion"].startswith("v1.35.")
        conditions = {it["type"]: it["status"] for it in node["status"]["conditions"]}
        assert conditions["Ready"] == "True"


def test_pods_of_the_addons_run_where_they_may(api):
    hopes = {"aws-node": 3, "kube-proxy": 3, "eks-pod-identity-agent": 3, "coredns": 2}
    for prefix, count in hopes.items():
        hope = f"{count} pods of {prefix} run"
        eventually(lambda p=prefix, n=count: len(running_pods(api, p)) == n, hope)
    (tainted,) = nodes_of(api, "tainted").values()
    taint = {"key": "dedicated", "value": "batch", "effect": "NoSchedule"}
    assert taint in tainted["spec"]["taints"]
    on = {pod["spec"]["nodeName"] for pod in running_pods(api, "coredns")}
    assert tainted["metadata"]["name"] not in on


def test_configuration_values_of_an_addon_reach_its_pods(aws, cluster, api):
    eks = aws.client("eks")
    values = '{"replicaCount": 3, "nodeSelector": {"team": "a"}}'
    eks.update_addon(clusterName=cluster, addonName="coredns", configurationValues=values)
    eventually(lambda: len(running_pods(api, "coredns")) == 3, "three pods of coredns run")
    eks.update_addon(clusterName=cluster, addonName="coredns", configurationValues="{}")
    eventually(lambda: len(running_pods(api, "coredns")) == 2, "two pods of coredns run")


def test_an_addon_that_is_deleted_takes_its_objects_along_unless_they_are_preserved(
    aws, cluster, api
):
    eks = aws.client("eks")
    daemon_sets = "/apis/apps/v1/namespaces/kube-system/daemonsets"
    eks.delete_addon(clusterName=cluster, addonName="eks-pod-identity-agent")
    eks.delete_addon(clusterName=cluster, addonName="kube-proxy", preserve=True)
    eventually(lambda: not running_pods(api, "eks-pod-identity-agent"), "its pods are gone")
    assert "eks-pod-identity-agent" not in named(api, daemon_sets)
    assert "kube-proxy" in named(api, daemon_sets)


def test_a_node_goes_with_its_instance_and_its_pods_run_elsewhere(aws, cluster, api):
    before = nodes_of(api, "general")
    aws.client("eks").update_nodegroup_config(
        clusterName=cluster, nodegroupName="general", scalingConfig={"desiredSize": 1}
    )
    left = eventually(lambda: len(found := nodes_of(api, "general")) == 1 and found, "one node")
    (gone,) = before.keys() - left.keys()

    def moved():
        on = [pod["spec"]["nodeName"] for pod in running_pods(api, "coredns")]
        return len(on) == 2 and gone not in on

    eventually(moved, "coredns runs on what is left")


def test_labels_and_taints_that_a_group_gets_reach_its_nodes(aws, cluster, api):
    (node,) = nodes_of(api, "tainted").values()
    taints = [*node["spec"]["taints"], {"key": "of-a-user", "effect": "PreferNoSchedule"}]
    api.merge(f"{NODES}/{node['metadata']['name']}", {"spec": {"taints": taints}})
    aws.client("eks").update_nodegroup_config(
        clusterName=cluster,
        nodegroupName="tainted",
        labels={"addOrUpdateLabels": {"tier": "2"}},
        taints={"removeTaints": [TAINT]},
    )

    def changed():
        (node,) = nodes_of(api, "tainted").values()
        keys = {taint["key"] for taint in node["spec"].get("taints", [])}
        return node["metadata"]["labels"].get("tier") == "2" and keys == {"of-a-user"}

    eventually(changed, "label and taint are as they are to be, and the user's own is there")


def test_what_user_data_tells_the_kubelet_reaches_the_node(aws, cluster, api):
    told = """\
[settings.kubernetes]
max-pods = 42

[settings.kubernetes.node-labels]
rack = "seven"

[settings.kubernetes.node-taints]
slow = ["yes:PreferNoSchedule"]
"""
    own = aws.client("ec2").create_launch_template(
        LaunchTemplateName="told",
        LaunchTemplateData={
            "InstanceType": "m5.large",
            "UserData": base64.b64encode(told.encode()).decode(),
            "BlockDeviceMappings": [{"DeviceName": "/dev/xvdb", "Ebs": {"VolumeSize": 77}}],
        },
    )["LaunchTemplate"]
    aws.nodegroup(
        cluster,
        nodegroupName="rocket",
        amiType="BOTTLEROCKET_x86_64",
        launchTemplate={"id": own["LaunchTemplateId"]},
        labels={"team": "b"},
        taints=[TAINT],
        scalingConfig={"minSize": 1, "desiredSize": 1, "maxSize": 1},
    )
    eventually(lambda: len(nodes_of(api, "rocket")) == 1, "its node is in the API")
    (node,) = nodes_of(api, "rocket").values()
    assert node["status"]["capacity"]["pods"] == "42"
    assert node["status"]["capacity"]["ephemeral-storage"] == "77Gi"
    assert node["status"]["nodeInfo"]["osImage"].startswith("Bottlerocket OS 1.")
    labels = node["metadata"]["labels"]
    assert (labels["team"], labels["rack"]) == ("b", "seven")
    taints = {it["key"]: it["effect"] for it in node["spec"]["taints"]}
    assert taints["dedicated"] == "NoSchedule"
    assert taints["slow"] == "PreferNoSchedule"


def test_without_a_network_plugin_no_node_is_ready(aws, state):
    bare = aws.cluster(bootstrapSelfManagedAddons=False)
    aws.client("eks").create_nodegroup(
        clusterName=bare,
        nodegroupName="waiting",
        subnets=aws.describe(bare)["resourcesVpcConfig"]["subnetIds"],
        nodeRole=aws.role("ec2.amazonaws.com"),
        scalingConfig={"minSize": 1, "desiredSize": 1, "maxSize": 1},
    )
    its_api = administrator(state, aws, bare)

    def reason():
        for node in nodes_of(its_api, "waiting").values():
            # What a node says of itself comes just after the node, as from a kubelet.
            for condition in node["status"].get("conditions", ()):
                if condition["type"] == "Ready":
                    return condition["status"], condition["reason"]
        return None

    assert eventually(reason, "a node is there") == ("False", "KubeletNotReady")
    aws.client("eks").create_addon(clusterName=bare, addonName="vpc-cni")
    eventually(lambda: reason() == ("True", "KubeletReady"), "the node is Ready")
    aws.client("eks").delete_nodegroup(clusterName=bare, nodegroupName="waiting")
    eventually(lambda: not nodes_of(its_api, "waiting"), "the node is gone")
    place = folder(state, aws, bare)
    assert len(processes(place)) == 6
    eventually(lambda: not _groups(aws, bare), "the node group is gone")
    aws.client("eks").delete_cluster(name=bare)
    eventually(lambda: not processes(place), "its processes have ended")
    eventually(lambda: not place.exists(), "nothing of it is left")


def _groups(aws, cluster):
    return aws.client("eks").list_nodegroups(clusterName=cluster)["nodegroups"]


def test_a_new_version_comes_at_the_same_endpoint_and_loses_nothing(aws, cluster, api):
    endpoint = aws.describe(cluster)["endpoint"]
    api.apply(_config_map("kept"))
    aws.client("eks").update_cluster_version(name=cluster, version="1.36")

    def minor():
        try:
            return api.get("/version")["emulationMinor"]
        except ApiError:
            return None

    eventually(lambda: minor() == "36", "it is the new version")
    assert aws.describe(cluster)["endpoint"] == endpoint
    assert "kept" in named(api, "/api/v1/namespaces/default/configmaps")


def _config_map(name):
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "default"},
    }


def test_it_ends_with_the_embedded_aws_and_goes_on_with_it(tmp_path):
    kept = tmp_path / "aws.state"
    arguments = ("--state", str(kept), "--kubernetes", str(PROGRAMS))
    with running(*arguments) as first:
        name = first.cluster()
        place = folder(kept, first, name)
        administrator(kept, first, name).apply(_config_map("kept"))
        endpoint = first.describe(name)["endpoint"]
        first.process.send_signal(signal.SIGKILL)
        first.process.wait(PATIENCE)
        eventually(lambda: not processes(place), "its processes have ended")
    with running(*arguments) as second:
        api = administrator(kept, second, name)
        eventually(api.ready, "it answers again")
        assert second.describe(name)["endpoint"] == endpoint
        assert "kept" in named(api, "/api/v1/namespaces/default/configmaps")
        (server,) = [pid for pid in processes(place) if _is(pid, "kube-apiserver")]
        os.kill(server, signal.SIGKILL)
        eventually(lambda: server not in processes(place) and api.ready(), "it answers again")
    assert not processes(place)


def _is(pid, name):
    listed = subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=True
    )
    return listed.stdout.split()[0].endswith(name)


def test_a_control_plane_that_does_not_come_up_is_done_without(tmp_path):
    programs = tmp_path / "programs"
    programs.mkdir()
    for program in PROGRAMS.iterdir():
        (programs / program.name).symlink_to(program.resolve())
    (programs / "etcd").unlink()
    (programs / "etcd").write_text("#!/bin/sh\nexit 7\n")
    (programs / "etcd").chmod(0o755)
    with running("--kubernetes", str(programs)) as aws:
        name = aws.cluster()
        assert aws.describe(name)["endpoint"].endswith(".eks.amazonaws.com")
        assert f"Kubernetes of {name}: it does not come up" in aws.log.read_text()


def test_programs_that_are_incomplete_are_done_without(tmp_path):
    finished = subprocess.Popen(
        command("--kubernetes", str(tmp_path), "--endpoint-file", str(tmp_path / "endpoint")),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        eventually((tmp_path / "endpoint").exists, "it answers all the same")
    finally:
        finished.terminate()
    _, said = finished.communicate(timeout=PATIENCE)
    assert f"Clusters have no Kubernetes API: {tmp_path} lacks etcd, kube-apiserver" in said
