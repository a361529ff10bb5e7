"""Whom a cluster lets in, asked as its API server asks; no Kubernetes is needed for it."""

import base64
import json
import urllib.error
import urllib.request
from urllib.parse import urlencode

import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from spec.rehearsal import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from tests.rehearsal.emulator import PATIENCE, REGION, refusal, unique, until

CREATOR = "arn:aws:iam::123456789012:user/rehearsal"
OWN = Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY)
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def signed(aws, cluster, keys=OWN):
    query = urlencode({"Action": "GetCallerIdentity", "Version": "2011-06-15"})
    request = AWSRequest("GET", f"{aws.url}/?{query}", headers={"x-k8s-aws-id": cluster})
    SigV4QueryAuth(keys, "sts", REGION, 60).add_auth(request)
    return request.url


def post(aws, cluster, body):
    uid = aws.describe(cluster)["identity"]["oidc"]["issuer"].rpartition("/")[2]
    url = f"{aws.url}/_rehearsal/token-review/{uid}"
    request = urllib.request.Request(url, data=body, method="POST")  # noqa: S310
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
        return json.load(answer)["status"]


def review(aws, cluster, url):
    token = "k8s-aws-v1." + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")
    asked = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview"}
    return post(aws, cluster, json.dumps({**asked, "spec": {"token": token}}).encode())


def groups(aws, cluster, keys=OWN):
    """The groups of who signs with the keys; None for nobody."""
    status = review(aws, cluster, signed(aws, cluster, keys))
    return status["user"]["groups"] if status["authenticated"] else None


def role(aws):
    document = json.dumps(TRUST)
    made = aws.client("iam").create_role(RoleName=unique("r"), AssumeRolePolicyDocument=document)
    return made["Role"]["Arn"]


def session(aws, arn, name):
    return aws.client("sts").assume_role(RoleArn=arn, RoleSessionName=name)["Credentials"]


def credentials(keys):
    return Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])


def test_the_group_of_an_entry_can_be_named_by_no_other(aws, cluster):
    (marker,) = groups(aws, cluster)
    create = aws.client("eks").create_access_entry
    code, _ = refusal(
        create, clusterName=cluster, principalArn=role(aws), kubernetesGroups=[marker]
    )
    assert code == "InvalidParameterException"


def test_a_session_does_not_outlive_its_role(aws, cluster):
    arn = role(aws)
    aws.client("eks").create_access_entry(clusterName=cluster, principalArn=arn)
    keys = credentials(session(aws, arn, "me"))
    assert groups(aws, cluster, keys) is not None
    aws.client("iam").delete_role(RoleName=arn.rpartition("/")[2])
    assert groups(aws, cluster, keys) is None


@pytest.mark.parametrize("change", [lambda url: url + "%C3%A9", lambda _: "https://[a"])
def test_a_token_that_makes_no_sense_is_nobody_s(aws, cluster, change):
    url = change(signed(aws, cluster))
    assert review(aws, cluster, url) == {"authenticated": False}


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"spec": null}', b'{"spec": {"token": 1}}'])
def test_what_is_no_token_review_gets_a_sentence(aws, cluster, body):
    with pytest.raises(urllib.error.HTTPError) as refused:
        post(aws, cluster, body)
    assert refused.value.code == 400
    assert "is no TokenReview" in json.load(refused.value)["message"]


def test_every_session_of_the_role_that_made_a_cluster_is_its_administrator(aws):
    arn, name = role(aws), unique("cluster")
    subnets = aws.subnets(aws.vpc())
    aws.let_do_everything(arn)
    first = session(aws, arn, "first")
    aws.signed_in("eks", first).create_cluster(
        name=name,
        roleArn=aws.role("eks.amazonaws.com"),
        resourcesVpcConfig={"subnetIds": subnets},
        accessConfig={"authenticationMode": "CONFIG_MAP"},
    )
    until(lambda: aws.describe(name)["status"] == "ACTIVE", f"{name} is ACTIVE")
    for keys in (first, session(aws, arn, "second")):
        assert groups(aws, name, credentials(keys)) == ["system:masters"]
    assert groups(aws, name) is None


def test_whose_entry_was_deleted_or_never_made_is_no_hidden_administrator(aws):
    both = {"authenticationMode": "API_AND_CONFIG_MAP"}
    never = aws.cluster(accessConfig={**both, "bootstrapClusterCreatorAdminPermissions": False})
    assert groups(aws, never) is None
    deleted = aws.cluster(accessConfig=both)
    assert groups(aws, deleted) is not None
    aws.client("eks").delete_access_entry(clusterName=deleted, principalArn=CREATOR)
    assert groups(aws, deleted) is None
