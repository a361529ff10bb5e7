"""What the embedded AWS reads in user data: that of the program's own compiler, of every system."""

import base64

import pytest

from rehearsal.aws.eks import user_data
from spec.model.taints import TaintSpec
from spec.model.user_data import UserDataSpec
from spec.user_data import Coordinates, Node, bottlerocket, nodeadm, windows

NODE = Node(
    max_pods=42,
    coordinates=Coordinates(
        cluster_name="main",
        endpoint="https://0123.example.com",
        certificate_authority=base64.b64encode(b"authority").decode(),
        service_cidr="172.20.0.0/16",
    ),
    labels={"team": "a", "tier": "b"},
    taints=(
        TaintSpec(key="gpu", value="yes", effect="NO_SCHEDULE"),
        TaintSpec(key="spot", value="", effect="PREFER_NO_SCHEDULE"),
    ),
)


@pytest.mark.parametrize("compiler", [nodeadm, bottlerocket, windows])
def test_nodes_learn_what_the_program_tells_them(compiler):
    text = compiler.user_data(UserDataSpec(), NODE)
    told = user_data.introduction(text)
    assert told is not None
    assert (told.name, told.endpoint) == ("main", "https://0123.example.com")
    assert base64.b64decode(told.authority) == b"authority"
    if compiler is not bottlerocket:
        assert told.cidr == "172.20.0.0/16"
    kubelet = user_data.kubelet(text)
    assert kubelet.max_pods == 42
    assert kubelet.labels == {"team": "a", "tier": "b"}
    assert [(it["key"], it["value"], it["effect"]) for it in kubelet.taints] == [
        ("gpu", "yes", "NO_SCHEDULE"),
        ("spot", "", "PREFER_NO_SCHEDULE"),
    ]
    assert kubelet.windows == (compiler is windows)


def test_the_script_of_older_images_tells_the_kubelet_as_well():
    arguments = "--max-pods=8 --node-labels=a=b,c= --register-with-taints=x=y:NoExecute,z:Nothing"
    text = f"#!/bin/bash\n/etc/eks/bootstrap.sh main --kubelet-extra-args '{arguments}'\n"
    told = user_data.introduction(text)
    assert told is not None
    assert told.name == "main"
    kubelet = user_data.kubelet(text)
    assert kubelet.max_pods == 8
    assert kubelet.labels == {"a": "b", "c": ""}
    # Kubernetes has no effect Nothing.
    assert kubelet.taints == [{"key": "x", "value": "y", "effect": "NO_EXECUTE"}]


@pytest.mark.parametrize("text", ["", "#!/bin/bash\necho\n", "[settings", "---\nkind: NodeConfig"])
def test_user_data_without_a_cluster_tells_of_none(text):
    assert not getattr(user_data.introduction(text), "name", "")
    assert user_data.kubelet(text) == user_data.Kubelet()
