"""EKS clusters in the embedded AWS: their life, traces in the VPC, updates, refusals."""

import base64
import re
import time

import pytest
from cryptography import x509

from spec import facts
from tests.rehearsal.emulator import REGION, refusal, unique, until

HEX_32 = "[0-9A-F]{32}"


def wish(aws, **asked):
    return {
        "name": unique("cluster"),
        "roleArn": aws.role("eks.amazonaws.com"),
        "resourcesVpcConfig": {"subnetIds": aws.subnets(aws.vpc())},
        **asked,
    }


class TestLife:
    def test_a_cluster_is_creating_for_its_time_and_then_active_with_endpoint_and_authority(
        self, aws
    ):
        asked = wish(aws)
        real = facts.durations()["cluster.create"].seconds
        started = time.monotonic()
        with aws.at_speed(real / 0.5):
            made = aws.client("eks").create_cluster(**asked)["cluster"]
        assert made["status"] == "CREATING"
        assert "endpoint" not in made
        until(lambda: aws.describe(asked["name"])["status"] == "ACTIVE", "it is ACTIVE")
        assert time.monotonic() - started >= 0.5
        cluster = aws.describe(asked["name"])
        assert re.fullmatch(
            rf"https://{HEX_32}\.gr7\.{REGION}\.eks\.amazonaws\.com", cluster["endpoint"]
        )
        assert re.fullmatch(
            rf"https://oidc\.eks\.{REGION}\.amazonaws\.com/id/{HEX_32}",
            cluster["identity"]["oidc"]["issuer"],
        )
        pem = base64.b64decode(cluster["certificateAuthority"]["data"])
        authority = x509.load_pem_x509_certificate(pem)
        assert authority.subject.rfc4514_string() == "CN=kubernetes"
        authority.verify_directly_issued_by(authority)

    def test_defaults_are_those_of_eks(self, aws):
        name = aws.cluster(accessConfig={})
        cluster = aws.describe(name)
        newest = max(facts.kubernetes_versions(), key=lambda version: int(version[2:]))
        assert cluster["version"] == newest
        assert cluster["platformVersion"] == facts.kubernetes_versions()[newest].platform_version
        assert cluster["accessConfig"]["authenticationMode"] == "CONFIG_MAP"
        assert cluster["upgradePolicy"] == {"supportType": "EXTENDED"}
        assert cluster["deletionProtection"] is False
        assert cluster["kubernetesNetworkConfig"]["serviceIpv4Cidr"] == "172.20.0.0/16"
        assert cluster["resourcesVpcConfig"]["endpointPublicAccess"] is True
        assert cluster["resourcesVpcConfig"]["endpointPrivateAccess"] is False
        assert cluster["resourcesVpcConfig"]["publicAccessCidrs"] == ["0.0.0.0/0"]
        assert cluster["logging"]["clusterLogging"] == [
            {
                "types": ["api", "audit", "authenticator", "controllerManager", "scheduler"],
                "enabled": False,
            }
        ]

    def test_what_is_asked_for_is_kept(self, aws):
        key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
        asked = {
            "version": "1.35",
            "accessConfig": {
                "authenticationMode": "API",
                "bootstrapClusterCreatorAdminPermissions": False,
            },
            "encryptionConfig": [{"resources": ["secrets"], "provider": {"keyArn": key}}],
            "logging": {"clusterLogging": [{"types": ["api", "audit"], "enabled": True}]},
            "upgradePolicy": {"supportType": "STANDARD"},
            "tags": {"team": "platform"},
            "deletionProtection": True,
        }
        cluster = aws.describe(aws.cluster(**asked))
        for member in ("version", "accessConfig", "encryptionConfig", "upgradePolicy", "tags"):
            assert cluster[member] == asked[member]
        assert cluster["logging"]["clusterLogging"][0] == {
            "types": ["api", "audit"],
            "enabled": True,
        }

    def test_deleting_takes_its_time_and_leaves_nothing(self, aws):
        name = aws.cluster()
        eks = aws.client("eks")
        with aws.at_speed(facts.durations()["cluster.delete"].seconds / 0.2):
            assert eks.delete_cluster(name=name)["cluster"]["status"] == "DELETING"
        assert aws.describe(name)["status"] == "DELETING"
        until(lambda: name not in aws.clusters(), "it is gone")
        assert refusal(eks.describe_cluster, name=name) == (
            "ResourceNotFoundException",
            f"No cluster found for name: {name}.",
        )
        assert not [one for one in aws.inventory() if name in one["name"]]

    def test_old_news_do_not_reach_a_new_cluster_of_the_same_name(self, aws):
        asked = wish(aws)
        eks = aws.client("eks")
        with aws.at_speed(facts.durations()["cluster.create"].seconds / 0.3):
            eks.create_cluster(**asked)
        eks.delete_cluster(name=asked["name"])
        until(lambda: asked["name"] not in aws.clusters(), "it is gone")
        with aws.at_speed(1):
            eks.create_cluster(**asked)
        time.sleep(0.4)
        assert aws.describe(asked["name"])["status"] == "CREATING"

    def test_lists_come_in_pages(self, aws):
        names = {aws.cluster() for _ in range(3)}
        pages = (
            aws.client("eks")
            .get_paginator("list_clusters")
            .paginate(PaginationConfig={"PageSize": 2})
        )
        listed = [page["clusters"] for page in pages]
        assert all(len(page) <= 2 for page in listed)
        assert names <= {name for page in listed for name in page}


class TestInTheVpc:
    def test_the_cluster_security_group_is_real_and_lets_its_own_talk(self, aws, cluster):
        group_id = aws.describe(cluster)["resourcesVpcConfig"]["clusterSecurityGroupId"]
        group = aws.client("ec2").describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0]
        assert group["GroupName"].startswith(f"eks-cluster-sg-{cluster}-")
        assert group["IpPermissions"][0]["UserIdGroupPairs"][0]["GroupId"] == group_id
        tags = {tag["Key"]: tag["Value"] for tag in group["Tags"]}
        assert tags[f"kubernetes.io/cluster/{cluster}"] == "owned"

    def test_the_control_plane_has_network_interfaces_in_the_subnets(self, aws, cluster):
        vpc = aws.describe(cluster)["resourcesVpcConfig"]
        interfaces = aws.client("ec2").describe_network_interfaces(
            Filters=[{"Name": "description", "Values": [f"Amazon EKS {cluster}"]}]
        )["NetworkInterfaces"]
        assert {one["SubnetId"] for one in interfaces} == set(vpc["subnetIds"])
        assert {one["Status"] for one in interfaces} == {"in-use"}
        for one in interfaces:
            assert [g["GroupId"] for g in one["Groups"]] == [vpc["clusterSecurityGroupId"]]

    def test_its_subnets_cannot_be_deleted_under_it(self, aws, cluster):
        subnet = aws.describe(cluster)["resourcesVpcConfig"]["subnetIds"][0]
        code, _ = refusal(aws.client("ec2").delete_subnet, SubnetId=subnet)
        assert code == "DependencyViolation"


class TestUpdates:
    def done(self, aws, name, update):
        eks = aws.client("eks")
        until(
            lambda: (
                eks.describe_update(name=name, updateId=update["id"])["update"]["status"]
                == "Successful"
            ),
            "the update is done",
        )
        return aws.describe(name)

    def test_a_version_update_goes_one_minor_up(self, aws):
        name = aws.cluster(version="1.34")
        update = aws.client("eks").update_cluster_version(name=name, version="1.35")["update"]
        assert (update["status"], update["type"]) == ("InProgress", "VersionUpdate")
        assert self.done(aws, name, update)["version"] == "1.35"

    @pytest.mark.parametrize(
        ("kind", "asked"),
        [
            ("EndpointAccessUpdate", {"resourcesVpcConfig": {"endpointPrivateAccess": True}}),
            (
                "EndpointAccessUpdate",
                {"resourcesVpcConfig": {"publicAccessCidrs": ["192.0.2.0/24"]}},
            ),
            ("UpgradePolicyUpdate", {"upgradePolicy": {"supportType": "STANDARD"}}),
            ("DeletionProtectionUpdate", {"deletionProtection": True}),
            ("ZonalShiftConfigUpdate", {"zonalShiftConfig": {"enabled": True}}),
        ],
    )
    def test_a_setting_is_changed_when_its_update_is_done(self, aws, kind, asked):
        name = aws.cluster()
        before = aws.describe(name)
        update = aws.client("eks").update_cluster_config(name=name, **asked)["update"]
        assert update["type"] == kind
        after = self.done(aws, name, update)
        for member, value in asked.items():
            expected = {**before[member], **value} if member == "resourcesVpcConfig" else value
            assert after[member] == expected
        assert after["status"] == "ACTIVE"

    def test_log_types_are_switched_one_by_one(self, aws):
        name = aws.cluster()
        eks = aws.client("eks")
        for types, on, expected in (
            (["api", "audit"], True, ["api", "audit"]),
            (["api"], False, ["audit"]),
        ):
            setup = {"clusterLogging": [{"types": types, "enabled": on}]}
            update = eks.update_cluster_config(name=name, logging=setup)["update"]
            logging = self.done(aws, name, update)["logging"]["clusterLogging"]
            assert logging[0] == {"types": expected, "enabled": True}

    def test_an_update_that_never_was(self, aws, cluster):
        code, _ = refusal(aws.client("eks").describe_update, name=cluster, updateId="none")
        assert code == "ResourceNotFoundException"


class TestCatalogue:
    def test_the_versions_that_eks_offers(self, aws):
        versions = aws.client("eks").describe_cluster_versions()["clusterVersions"]
        assert {v["clusterVersion"] for v in versions} == set(facts.kubernetes_versions())
        assert [v["defaultVersion"] for v in versions].count(True) == 1

    def test_tags_of_a_cluster(self, aws):
        name = aws.cluster(tags={"a": "1", "b": "2", "c": "3"})
        arn = aws.describe(name)["arn"]
        eks = aws.client("eks")
        eks.tag_resource(resourceArn=arn, tags={"d": "4"})
        eks.untag_resource(resourceArn=arn, tagKeys=["a", "b"])
        assert eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"c": "3", "d": "4"}
        assert aws.describe(name)["tags"] == {"c": "3", "d": "4"}

    def test_tags_of_what_is_not_there(self, aws):
        arn = f"arn:aws:eks:{REGION}:123456789012:cluster/nobody"
        code, _ = refusal(aws.client("eks").list_tags_for_resource, resourceArn=arn)
        assert code == "ResourceNotFoundException"
