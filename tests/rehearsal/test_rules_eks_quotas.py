"""EKS's quotas, and the keys that it takes, in the embedded AWS: one test a rule."""

from tests.rehearsal.emulator import refusal, unique


def test_clusters_of_a_region(aws):
    eks = aws.client("eks")
    asked = {
        "name": unique("cluster"),
        "roleArn": aws.role("eks.amazonaws.com"),
        "resourcesVpcConfig": {"subnetIds": aws.subnets(aws.vpc())},
    }
    with aws.at_quota("eks.clusters", len(aws.clusters())):
        assert refusal(eks.create_cluster, **asked) == (
            "ResourceLimitExceededException",
            "Cluster limit exceeded for account.",
        )


def test_node_groups_of_a_cluster_and_their_nodes(aws):
    cluster = aws.cluster()
    eks = aws.client("eks")
    asked = {
        "clusterName": cluster,
        "nodegroupName": unique("group"),
        "nodeRole": aws.role("ec2.amazonaws.com"),
        "subnets": aws.describe(cluster)["resourcesVpcConfig"]["subnetIds"],
    }
    with aws.at_quota("eks.node-groups", 0):
        code, _ = refusal(eks.create_nodegroup, **asked)
        assert code == "ResourceLimitExceededException"
    with aws.at_quota("eks.nodes", 450):
        scaling = {"minSize": 0, "desiredSize": 0, "maxSize": 451}
        code, _ = refusal(eks.create_nodegroup, scalingConfig=scaling, **asked)
        assert code == "ResourceLimitExceededException"


def test_a_key_that_is_pending_deletion_encrypts_no_secrets(aws):
    kms = aws.client("kms")
    key = kms.create_key()["KeyMetadata"]
    kms.schedule_key_deletion(KeyId=key["KeyId"])
    asked = {
        "name": unique("cluster"),
        "roleArn": aws.role("eks.amazonaws.com"),
        "resourcesVpcConfig": {"subnetIds": aws.subnets(aws.vpc())},
        "encryptionConfig": [{"resources": ["secrets"], "provider": {"keyArn": key["Arn"]}}],
    }
    code, _ = refusal(aws.client("eks").create_cluster, **asked)
    assert code == "InvalidParameterException"
