"""What nodes and add-ons are like in a rehearsed cluster's Kubernetes API."""

import pytest
import yaml

from rehearsal.aws import catalog
from rehearsal.aws.eks.kubernetes import addons, nodes
from rehearsal.aws.eks.kubernetes.keeper import is_another_machine, with_taints_of_others
from rehearsal.kubernetes.api import RESOURCES, Reference
from spec import facts


@pytest.mark.parametrize(
    ("instance_type", "pods"),
    # https://github.com/aws/amazon-vpc-cni-k8s/blob/master/misc/eni-max-pods.txt, 2026-11-23
    [("t3.medium", 17), ("m5.large", 29), ("c5.xlarge", 58), ("t4g.nano", 4), ("m5.24xlarge", 737)],
)
def test_a_node_takes_as_many_pods_as_its_interfaces_have_addresses_for(instance_type, pods):
    assert nodes.most_pods(instance_type) == pods


@pytest.mark.parametrize(
    ("processors", "reserved"),
    # 6 % of the first, 1 % of the second, 0.5 % of the next two, 0.25 % of the others
    [(1, 60), (2, 70), (4, 80), (8, 90), (96, 310)],
)
def test_the_kubelet_keeps_a_share_of_the_processors(processors, reserved):
    assert nodes.reserved_cpu(processors * 1000) == reserved


WITH_OBJECTS = {path.stem for path in addons.FOLDER.glob("*.yaml")}


def test_addons_that_every_cluster_has_have_objects():
    assert set(facts.addons()) < WITH_OBJECTS
    assert set(catalog.addons()) >= WITH_OBJECTS


@pytest.mark.parametrize("name", sorted(WITH_OBJECTS))
def test_every_addon_has_objects_with_its_main_workload(name):
    text = (addons.FOLDER / f"{name}.yaml").read_text()
    found = list(yaml.safe_load_all(text))
    kinds = [manifest["kind"] for manifest in found]
    assert catalog.addons()[name].kind in kinds
    assert set(kinds) <= RESOURCES.keys()
    assert len({Reference.of(manifest) for manifest in found}) == len(found)
    accounts = {it["metadata"]["name"] for it in found if it["kind"] == "ServiceAccount"}
    account = catalog.addons()[name].service_account
    assert account is None or account in accounts
    for manifest in found:
        if manifest["kind"] in {"DaemonSet", "Deployment"}:
            template = manifest["spec"]["template"]
            assert manifest["spec"]["selector"]["matchLabels"] == template["metadata"]["labels"]
            runs_as = template["spec"].get("serviceAccountName")
            assert runs_as is None or runs_as in accounts


def test_taints_of_others_stay_on_a_node():
    mine, old = {"key": "mine", "effect": "NoSchedule"}, {"key": "old", "effect": "NoExecute"}
    theirs = {"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}
    there = {"spec": {"taints": [theirs, old, {**mine, "value": "before"}]}}
    wanted = {"kind": "Node", "spec": {"taints": [mine]}}
    assert with_taints_of_others(wanted, there, [old])["spec"]["taints"] == [mine, theirs]
    assert with_taints_of_others(wanted, None, [])["spec"]["taints"] == [mine]


@pytest.mark.parametrize(
    ("there", "another"),
    [
        ({"spec": {"providerID": "aws:///ap-northeast-2a/i-1"}}, False),
        ({"spec": {"providerID": "aws:///ap-northeast-2a/i-2"}}, True),
        ({"spec": {}}, False),
    ],
)
def test_an_instance_that_has_the_address_of_one_that_is_gone_is_another_node(there, another):
    manifest = {"spec": {"providerID": "aws:///ap-northeast-2a/i-1"}}
    assert is_another_machine(manifest, there) is another
