"""What the stack file says of pods' addresses, as configuration values of the add-on."""

import json

import pytest

from tests.components.program import of_kind, run
from tests.components.recorder import UNKNOWN
from tests.components.stacks import stack

ADDON = "aws:eks/addon:Addon"


def values(made):
    said = made.of_type(ADDON)
    (cni,) = [it for name, it in said.items() if name.endswith("-vpc-cni")]
    text = cni.inputs.get("configurationValues")
    return json.loads(text) if text else None


def test_nothing_is_said_by_default():
    made = of_kind("development")
    assert values(made) is None
    assert not [it for it in made.of_type(ADDON).values() if "configurationValues" in it.inputs]


@pytest.mark.parametrize(
    ("pods", "expected"),
    [
        ({"prefixDelegation": True}, {"env": {"ENABLE_PREFIX_DELEGATION": "true"}}),
        (
            {"prefixDelegation": True, "warmPrefixTarget": 2},
            {"env": {"ENABLE_PREFIX_DELEGATION": "true", "WARM_PREFIX_TARGET": "2"}},
        ),
        (
            {"warmIpTarget": 5, "minimumIpTarget": 10},
            {"env": {"WARM_IP_TARGET": "5", "MINIMUM_IP_TARGET": "10"}},
        ),
        ({"warmEniTarget": 0}, {"env": {"WARM_ENI_TARGET": "0"}}),
        ({"networkPolicy": True}, {"enableNetworkPolicy": "true"}),
        ({"securityGroups": True}, {"env": {"ENABLE_POD_ENI": "true"}}),
    ],
)
def test_settings_are_environment_variables(pods, expected):
    assert values(run(stack(network={"pods": pods}))) == expected


@pytest.mark.parametrize(
    ("kind", "subnet"),
    [("pods-block", "dev-pods-ap-northeast-2{}-id"), ("existing-by-tags", "subnet-3000000{}")],
)
def test_the_add_on_makes_an_eniconfig_for_every_zone_before_nodes_are_there(kind, subnet):
    made = of_kind(kind)
    labels = "abc" if "{}-id" in subnet else "123"
    assert values(made) == {
        "env": {
            "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "true",
            "ENI_CONFIG_LABEL_DEF": "topology.kubernetes.io/zone",
        },
        "eniConfig": {
            "create": True,
            "region": "ap-northeast-2",
            "subnets": {
                f"ap-northeast-2{zone}": {
                    "id": subnet.format(label),
                    "securityGroups": ["sg-of-dev-eksCluster"],
                }
                for zone, label in zip("abc", labels, strict=True)
            },
        },
    }


def test_at_preview_the_subnets_are_unknown():
    cni = of_kind("pods-block", preview=True).of_type(ADDON)["dev-vpc-cni"]
    assert cni.inputs["configurationValues"] == UNKNOWN


def test_with_ipv6_the_cni_has_rights_of_its_own():
    made = of_kind("ipv6")
    policy = json.loads(
        made.of_type("aws:iam/rolePolicy:RolePolicy")["dev-vpc-cni-ipv6"].inputs["policy"]
    )
    resources = {action: it["Resource"] for it in policy["Statement"] for action in it["Action"]}
    assert resources["ec2:AssignIpv6Addresses"] == "arn:aws:ec2:*:*:network-interface/*"
    attached = made.of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    assert not [it for it in attached if it.startswith("dev-vpc-cni")]
