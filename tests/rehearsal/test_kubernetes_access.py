"""Who may do what with a cluster's Kubernetes API, with real `kubectl` and `aws eks get-token`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rehearsal.providers.eks.kubeconfig import kubeconfig
from spec.rehearsal import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from tests.rehearsal.emulator import REGION, running, unique
from tests.rehearsal.kubernetes import (
    PROGRAMS,
    administrator,
    eventually,
    named,
    needs_kubernetes,
)

pytestmark = needs_kubernetes

POLICY = "arn:aws:eks::aws:cluster-access-policy/"
UNAUTHORIZED = "You must be logged in to the server"


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    return tmp_path_factory.mktemp("access") / "aws.state"


@pytest.fixture(scope="module")
def aws(state):
    with running("--state", str(state), "--kubernetes", str(PROGRAMS)) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def cluster(aws):
    return aws.cluster()


@pytest.fixture(scope="module")
def user(aws):
    """A user's name, ARN and keys."""
    return make_user(aws)


@pytest.fixture(scope="module")
def kubectl(aws, cluster, tmp_path_factory):
    """Runs kubectl with someone's keys."""
    return kubectl_for(aws, cluster, tmp_path_factory.mktemp("kubeconfig") / "config")


def kubectl_for(aws, cluster, file):
    document = aws.describe(cluster)
    authority = document["certificateAuthority"]["data"]
    file.write_text(json.dumps(kubeconfig(cluster, document["endpoint"], REGION, authority)))

    def run(keys, *arguments):
        kept = {name: it for name, it in os.environ.items() if not name.startswith("AWS_")}
        tools = Path(sys.executable).parent
        environment = {
            **kept,
            **keys,
            "PATH": f"{tools}{os.pathsep}{kept['PATH']}",
            "KUBECONFIG": str(file),
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_ENDPOINT_URL": aws.url,
        }
        return subprocess.run(
            ["kubectl", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def keys(key_id, secret, session=None):
    return {"AWS_ACCESS_KEY_ID": key_id, "AWS_SECRET_ACCESS_KEY": secret} | (
        {"AWS_SESSION_TOKEN": session} if session else {}
    )


OWNER = keys(ACCESS_KEY_ID, SECRET_ACCESS_KEY)


def make_user(aws):
    iam = aws.client("iam")
    name = unique("user")
    arn = iam.create_user(UserName=name)["User"]["Arn"]
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return arn, keys(key["AccessKeyId"], key["SecretAccessKey"])


def admit(aws, cluster, principal, policy=None, namespaces=(), **more):
    eks = aws.client("eks")
    eks.create_access_entry(clusterName=cluster, principalArn=principal, **more)
    if policy:
        scope = {"type": "namespace", "namespaces": list(namespaces)}
        eks.associate_access_policy(
            clusterName=cluster,
            principalArn=principal,
            policyArn=POLICY + policy,
            accessScope=scope if namespaces else {"type": "cluster"},
        )


def who(said):
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)["status"]["userInfo"]


def allowed(kubectl, whose, *what):
    """Whether somebody may do something, once the API holds what EKS keeps."""
    said = kubectl(whose, "auth", "can-i", *what)
    assert UNAUTHORIZED not in said.stderr
    return said.stdout.strip() == "yes"


def test_the_creator_is_who_he_is_and_may_do_everything(kubectl):
    found = who(kubectl(OWNER, "auth", "whoami", "-o", "json"))
    assert found["username"] == "arn:aws:iam::123456789012:user/rehearsal"
    assert found["extra"]["arn"] == ["arn:aws:iam::123456789012:user/rehearsal"]
    assert found["extra"]["accessKeyId"] == [ACCESS_KEY_ID]
    eventually(lambda: allowed(kubectl, OWNER, "*", "*"), "everything is allowed")
    assert kubectl(OWNER, "get", "namespaces", "-o", "name").returncode == 0


def test_a_principal_without_an_entry_is_refused(aws, cluster, kubectl):
    arn, own = make_user(aws)
    said = kubectl(own, "get", "nodes")
    assert said.returncode == 1
    assert UNAUTHORIZED in said.stderr
    assert f"{arn} has no access entry" in aws.log.read_text()


@pytest.mark.parametrize(
    ("whose", "reason"),
    [
        (keys(ACCESS_KEY_ID, "guessed"), "the signature does not match"),
        (keys("AKIANOBODY", "guessed"), "there is no access key AKIANOBODY"),
    ],
)
def test_keys_that_are_not_the_principals_are_refused(aws, kubectl, whose, reason):
    said = kubectl(whose, "get", "nodes")
    assert UNAUTHORIZED in said.stderr
    assert reason in aws.log.read_text()


def test_a_token_for_another_cluster_is_refused(aws, cluster, kubectl, tmp_path):
    document = aws.describe(cluster)
    authority = document["certificateAuthority"]["data"]
    file = tmp_path / "config"
    run = kubectl_for(aws, cluster, file)
    file.write_text(json.dumps(kubeconfig("other", document["endpoint"], REGION, authority)))
    assert UNAUTHORIZED in run(OWNER, "get", "nodes").stderr


def test_a_view_policy_lets_get_and_not_delete(aws, cluster, kubectl):
    arn, own = make_user(aws)
    admit(aws, cluster, arn, "AmazonEKSViewPolicy")
    eventually(lambda: allowed(kubectl, own, "get", "pods"), "pods may be got")
    assert kubectl(OWNER, "create", "configmap", "its").returncode == 0
    assert kubectl(own, "get", "configmap", "its", "-o", "name").stdout.strip() == "configmap/its"
    refused = kubectl(own, "delete", "configmap", "its")
    assert refused.returncode == 1
    assert f'User "{arn}" cannot delete resource "configmaps"' in refused.stderr
    assert not allowed(kubectl, own, "get", "secrets")
    assert not allowed(kubectl, own, "get", "nodes")


def test_an_edit_policy_for_namespaces_ends_at_their_borders(aws, cluster, kubectl):
    arn, own = make_user(aws)
    admit(aws, cluster, arn, "AmazonEKSEditPolicy", ["team-*", "shared"])
    for namespace in ("team-a", "other"):
        assert kubectl(OWNER, "create", "namespace", namespace).returncode == 0
    make = ("create", "deployments", "-n")
    # The namespace came after the policy.
    eventually(lambda: allowed(kubectl, own, *make, "team-a"), "the pattern fits a new namespace")
    assert not allowed(kubectl, own, *make, "other")
    assert not allowed(kubectl, own, *make, "default")
    assert not allowed(kubectl, own, "create", "roles", "-n", "team-a")


def test_groups_of_an_entry_are_those_of_kubernetes_own_bindings(aws, cluster, kubectl):
    arn, own = make_user(aws)
    admit(aws, cluster, arn, kubernetesGroups=["readers"], username="reader:{{AccessKeyID}}")
    bind = ("--clusterrole", "view", "--group", "readers")
    assert kubectl(OWNER, "create", "clusterrolebinding", "readers", *bind).returncode == 0
    found = who(kubectl(own, "auth", "whoami", "-o", "json"))
    assert found["username"] == f"reader:{own['AWS_ACCESS_KEY_ID']}"
    assert "readers" in found["groups"]
    eventually(lambda: allowed(kubectl, own, "list", "services"), "the group's role counts")


def test_a_role_is_known_by_its_session(aws, cluster, kubectl):
    iam, sts = aws.client("iam"), aws.client("sts")
    name = unique("role")
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": "sts:AssumeRole",
    }
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = iam.create_role(RoleName=name, Path="/team/", AssumeRolePolicyDocument=trust)
    arn = role["Role"]["Arn"]
    admit(aws, cluster, arn, "AmazonEKSAdminViewPolicy")
    session = sts.assume_role(RoleArn=arn, RoleSessionName="ann@example.com")["Credentials"]
    own = keys(session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])
    found = who(kubectl(own, "auth", "whoami", "-o", "json"))
    prefix = f"arn:aws:sts::123456789012:assumed-role/{name}"
    assert found["username"] == f"{prefix}/ann-example.com"
    assert found["extra"]["arn"] == [f"{prefix}/ann@example.com"]
    assert found["extra"]["canonicalArn"] == [f"arn:aws:iam::123456789012:role/{name}"]
    assert found["extra"]["sessionName"] == ["ann@example.com"]
    eventually(lambda: allowed(kubectl, own, "list", "secrets"), "secrets may be listed")
    stolen = keys(session["AccessKeyId"], session["SecretAccessKey"], "another session")
    assert UNAUTHORIZED in kubectl(stolen, "get", "pods").stderr


def test_what_is_taken_away_is_gone(aws, cluster, kubectl):
    arn, own = make_user(aws)
    admit(aws, cluster, arn, "AmazonEKSClusterAdminPolicy")
    eventually(lambda: allowed(kubectl, own, "delete", "nodes"), "nodes may be deleted")
    eks = aws.client("eks")
    policy = POLICY + "AmazonEKSClusterAdminPolicy"
    eks.disassociate_access_policy(clusterName=cluster, principalArn=arn, policyArn=policy)
    eventually(lambda: not allowed(kubectl, own, "get", "pods"), "nothing may be done")
    eks.delete_access_entry(clusterName=cluster, principalArn=arn)
    # The API server itself remembers for ten seconds whose a token is.
    refused = lambda: UNAUTHORIZED in kubectl(own, "get", "pods").stderr  # noqa: E731
    eventually(refused, "the principal is not let in")


def test_an_entry_is_not_for_another_principal_of_the_same_name(aws, cluster, kubectl):
    iam = aws.client("iam")
    arn, own = make_user(aws)
    name = arn.rpartition("/")[2]
    admit(aws, cluster, arn, "AmazonEKSViewPolicy")
    who(kubectl(own, "auth", "whoami", "-o", "json"))
    iam.delete_access_key(UserName=name, AccessKeyId=own["AWS_ACCESS_KEY_ID"])
    iam.delete_user(UserName=name)
    assert iam.create_user(UserName=name)["User"]["Arn"] == arn
    key = iam.create_access_key(UserName=name)["AccessKey"]
    new = keys(key["AccessKeyId"], key["SecretAccessKey"])
    assert UNAUTHORIZED in kubectl(new, "get", "pods").stderr
    assert f"{arn} was made anew after its access entry" in aws.log.read_text()


def test_nobody_is_let_in_without_saying_who_he_is(aws, cluster, kubectl):
    said = kubectl({}, "--token=", "get", "pods")
    assert said.returncode == 1


def test_nodes_are_nodes_by_the_entry_of_their_role(aws, cluster, kubectl):
    aws.client("eks").create_addon(clusterName=cluster, addonName="vpc-cni")
    one = {"minSize": 1, "desiredSize": 1, "maxSize": 1}
    role = aws.role("ec2.amazonaws.com")
    group = aws.nodegroup(cluster, scalingConfig=one, nodeRole=role)
    (instance,) = aws.instances(group["nodegroupName"])
    session = aws.client("sts").assume_role(RoleArn=role, RoleSessionName=instance["InstanceId"])[
        "Credentials"
    ]
    own = keys(session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])
    found = who(kubectl(own, "auth", "whoami", "-o", "json"))
    assert found["username"] == f"system:node:{instance['PrivateDnsName']}"
    assert "system:nodes" in found["groups"]
    other = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
    stolen = keys(other["AccessKeyId"], other["SecretAccessKey"], other["SessionToken"])
    assert UNAUTHORIZED in kubectl(stolen, "get", "pods").stderr


def test_without_access_entries_the_config_map_says_who_is_who(aws, state, tmp_path):
    mode = {"authenticationMode": "CONFIG_MAP"}
    old = aws.cluster(accessConfig=mode)
    run = kubectl_for(aws, old, tmp_path / "config")
    found = who(run(OWNER, "auth", "whoami", "-o", "json"))
    assert (found["username"], "system:masters" in found["groups"]) == ("kubernetes-admin", True)
    arn, own = make_user(aws)
    assert UNAUTHORIZED in run(own, "get", "pods").stderr
    api = administrator(state, aws, old)
    api.apply(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "aws-auth", "namespace": "kube-system"},
            "data": {
                "mapUsers": f"- {{userarn: '{arn}', username: ann, groups: ['system:masters']}}"
            },
        }
    )
    eventually(lambda: run(own, "auth", "whoami").returncode == 0, "the user is let in")
    assert who(run(own, "auth", "whoami", "-o", "json"))["username"] == "ann"
    assert "aws-auth" in named(api, "/api/v1/namespaces/kube-system/configmaps")
