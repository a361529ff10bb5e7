"""What EKS demands of clusters: each test breaks one rule and sees AWS's code and words."""

import json

import pytest

from rehearsal.aws.eks.errors import EKSError
from rehearsal.aws.eks.rules import cluster as rules
from tests.rehearsal.emulator import REGION, refusal, unique, until

INVALID = "InvalidParameterException"


def wish(aws, **asked):
    return {
        "name": unique("cluster"),
        "roleArn": aws.role("eks.amazonaws.com"),
        "resourcesVpcConfig": {"subnetIds": aws.subnets(aws.vpc())},
        **asked,
    }


def in_vpc(aws, **asked):
    """Members of the VPC's configuration beside subnets."""
    return {"resourcesVpcConfig": {"subnetIds": aws.subnets(aws.vpc()), **asked}}


def refused(aws, **asked):
    return refusal(aws.client("eks").create_cluster, **wish(aws, **asked))


def done(aws, name, update):
    where = {"name": name, "updateId": update["id"]}
    describe = aws.client("eks").describe_update
    until(lambda: describe(**where)["update"]["status"] == "Successful", "the update is done")
    return aws.describe(name)


class TestCreation:
    def test_a_name_with_other_characters_is_refused(self, aws):
        assert refused(aws, name="my.cluster") == (
            INVALID,
            "The name parameter contains invalid characters. It should conform to the regular "
            'expression "^[0-9A-Za-z][A-Za-z0-9-_]*"In other words, it should start with a number '
            "or letter, and can contain numbers, letters, dashes, and underscores.",
        )

    def test_a_name_of_more_than_a_hundred_characters_is_refused(self, aws):
        assert refused(aws, name="c" * 101) == (
            INVALID,
            "The parameter name should not be greater than 100 characters.",
        )

    @pytest.mark.parametrize(
        ("asked", "member"),
        [
            ({"upgradePolicy": {"supportType": "LONG"}}, "upgradePolicy.supportType"),
            ({"accessConfig": {"authenticationMode": "IAM"}}, "accessConfig.authenticationMode"),
        ],
    )
    def test_a_word_that_the_model_does_not_have_is_refused(self, aws, asked, member):
        code, words = refused(aws, **asked)
        assert code == INVALID
        assert f"at '{member}' failed to satisfy constraint: Member must satisfy enum" in words

    def test_a_second_cluster_of_a_name_is_refused(self, aws, cluster):
        assert refused(aws, name=cluster) == (
            "ResourceInUseException",
            f"Cluster already exists with name: {cluster}",
        )

    def test_the_same_request_token_makes_one_cluster(self, aws):
        asked = wish(aws, clientRequestToken=unique("token"))
        eks = aws.client("eks")
        first = eks.create_cluster(**asked)["cluster"]["arn"]
        assert eks.create_cluster(**asked)["cluster"]["arn"] == first

    def test_a_version_that_eks_does_not_offer_is_refused(self, aws):
        assert refused(aws, version="1.3") == (INVALID, "unsupported Kubernetes version 1.3")

    @pytest.mark.parametrize("role", ["missing", "trusts ec2"])
    def test_a_role_that_eks_cannot_take_is_refused(self, aws, role):
        arn = "arn:aws:iam::123456789012:role/nobody"
        if role == "trusts ec2":
            arn = aws.role("ec2.amazonaws.com")
        assert refused(aws, roleArn=arn) == (
            INVALID,
            f"Role with arn: {arn}, could not be assumed because it does not exist or the trusted "
            "entity is not correct",
        )

    def test_a_role_without_the_cluster_policy_is_refused(self, aws):
        role = aws.role("eks.amazonaws.com", "AmazonEKSServicePolicy")
        policy = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
        assert refused(aws, roleArn=role) == (
            INVALID,
            "The provided role doesn't have the Amazon EKS Managed Policies associated with it. "
            f"Please ensure the following policies [{policy}] are attached",
        )
        aws.client("iam").put_role_policy(
            RoleName=role.rpartition("/")[2],
            PolicyName="own",
            PolicyDocument=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}],
                }
            ),
        )
        asked = wish(aws, roleArn=role)
        assert aws.client("eks").create_cluster(**asked)["cluster"]["roleArn"] == role

    def test_a_creator_without_rights_is_refused_where_the_config_map_decides(self, aws):
        access = {"bootstrapClusterCreatorAdminPermissions": False}
        assert refused(aws, accessConfig=access) == (
            INVALID,
            "bootstrapClusterCreatorAdminPermissions must be true if cluster authentication mode "
            "is set to CONFIG_MAP",
        )

    def test_encryption_of_other_than_secrets_is_refused(self, aws):
        config = [{"resources": ["configmaps"], "provider": {"keyArn": "arn:aws:kms:k"}}]
        code, words = refused(aws, encryptionConfig=config)
        assert code == INVALID
        assert "secrets" in words

    def test_a_log_type_that_no_control_plane_writes_is_refused(self, aws):
        logging = {"clusterLogging": [{"types": ["api", "kubelet"], "enabled": True}]}
        code, words = refused(aws, logging=logging)
        assert code == INVALID
        assert "kubelet" in words

    @pytest.mark.parametrize(
        "tags",
        [
            {f"key-{number}": "" for number in range(51)},
            {"k" * 129: ""},
            {"key": "v" * 257},
            {"aws:mine": "yes"},
        ],
        ids=["too many", "long key", "long value", "of AWS"],
    )
    def test_tags_beyond_the_limits_are_refused(self, aws, tags):
        assert refused(aws, tags=tags)[0] == INVALID

    def test_tags_beyond_the_limits_are_refused_later_too(self, aws):
        name = aws.cluster(tags={f"key-{number}": "" for number in range(50)})
        arn = aws.describe(name)["arn"]
        tag = aws.client("eks").tag_resource
        tag(resourceArn=arn, tags={"key-1": "another value"})
        assert refusal(tag, resourceArn=arn, tags={"one-more": ""})[0] == INVALID


class TestNetwork:
    def test_subnets_of_one_zone_are_refused(self, aws):
        subnets = aws.subnets(aws.vpc(), zones="a")
        assert refused(aws, resourcesVpcConfig={"subnetIds": subnets}) == (
            INVALID,
            "Subnets specified must be in at least two different AZs",
        )

    def test_subnets_of_two_vpcs_are_refused(self, aws):
        subnets = [*aws.subnets(aws.vpc(), zones="a"), *aws.subnets(aws.vpc(), zones="ab")]
        code, words = refused(aws, resourcesVpcConfig={"subnetIds": subnets})
        assert code == INVALID
        assert "one VPC" in words

    def test_a_subnet_that_is_not_there_is_refused(self, aws):
        missing = "subnet-0123456789abcdef0"
        assert refused(aws, resourcesVpcConfig={"subnetIds": [missing]}) == (
            INVALID,
            f"The subnet ID '{missing}' does not exist (Service: AmazonEC2; Status Code: 400; "
            "Error Code: InvalidSubnetID.NotFound)",
        )

    def test_a_zone_without_control_planes_is_refused(self, aws):
        ec2, eks = aws.client("ec2", "us-east-1"), aws.client("eks", "us-east-1")
        zones = {
            one["ZoneName"]: one["ZoneId"]
            for one in ec2.describe_availability_zones()["AvailabilityZones"]
        }
        (bad,) = (name for name, zone_id in zones.items() if zone_id == "use1-az3")
        good = sorted(set(zones) - {bad})
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=zone)[
                "Subnet"
            ]["SubnetId"]
            for number, zone in enumerate((good[0], bad))
        ]
        asked = wish(aws, resourcesVpcConfig={"subnetIds": subnets})
        assert refusal(eks.create_cluster, **asked) == (
            "UnsupportedAvailabilityZoneException",
            f"Cannot create cluster '{asked['name']}' because {bad}, the targeted availability "
            "zone, does not currently have sufficient capacity to support the cluster. Retry and "
            f"choose from these availability zones: {', '.join(good)}",
        )

    @pytest.mark.parametrize(
        ("region", "bad"), [("us-west-1", "usw1-az2"), ("ca-central-1", "cac1-az3")]
    )
    def test_so_are_those_zones_that_new_accounts_do_not_see(self, region, bad):
        own = {f"{region}b": bad}
        zones = {f"{region}a": "good", **own}
        with pytest.raises(EKSError, match=f"{region}b, the targeted") as refused:
            rules.zones_have_control_planes("c", region, own, zones)
        assert refused.value.code == "UnsupportedAvailabilityZoneException"
        rules.zones_have_control_planes("c", region, {f"{region}a": "good"}, zones)

    def test_a_subnet_with_too_few_addresses_is_refused_and_nothing_is_left(self, aws):
        vpc = aws.vpc()
        subnets = aws.subnets(vpc, zones="ab", prefix=28)
        for _ in range(6):
            aws.client("ec2").create_network_interface(SubnetId=subnets[0])
        name = unique("cluster")
        code, words = refused(aws, name=name, resourcesVpcConfig={"subnetIds": subnets})
        assert code == INVALID
        assert subnets[0] in words
        assert name not in aws.clusters()

    def test_a_security_group_that_is_not_there_is_refused(self, aws):
        assert refused(aws, **in_vpc(aws, securityGroupIds=["sg-0123456789abcdef0"]))[0] == INVALID

    def test_a_security_group_of_another_vpc_is_refused(self, aws):
        made = aws.client("ec2").create_security_group(
            GroupName=unique("group"), Description="d", VpcId=aws.vpc()
        )
        code, words = refused(aws, **in_vpc(aws, securityGroupIds=[made["GroupId"]]))
        assert code == INVALID
        assert made["GroupId"] in words

    def test_more_than_four_security_groups_are_refused(self, aws):
        groups = [f"sg-0123456789abcdef{number}" for number in range(5)]
        code, words = refused(aws, **in_vpc(aws, securityGroupIds=groups))
        assert code == INVALID
        assert "at most 4" in words

    @pytest.mark.parametrize(
        ("network", "hint"),
        [
            ({"serviceIpv4Cidr": "176.22.0.0/16"}, "not within"),
            ({"serviceIpv4Cidr": "nonsense"}, "not within"),
            ({"serviceIpv4Cidr": "172.20.0.0/25"}, "between"),
            ({"serviceIpv4Cidr": "10.0.0.0/11"}, "between"),
            ({"serviceIpv4Cidr": "10.0.128.0/20"}, "overlaps with 10.0.0.0/16"),
            ({"serviceIpv4Cidr": "172.20.0.0/16", "ipFamily": "ipv6"}, "ipv6"),
        ],
    )
    def test_a_service_range_that_eks_cannot_take_is_refused(self, aws, network, hint):
        code, words = refused(aws, kubernetesNetworkConfig=network)
        assert code == INVALID
        assert hint in words

    def test_a_service_range_in_a_second_block_of_the_vpc_is_refused(self, aws):
        vpc = aws.vpc()
        aws.client("ec2").associate_vpc_cidr_block(VpcId=vpc, CidrBlock="10.64.0.0/16")
        asked = {"resourcesVpcConfig": {"subnetIds": aws.subnets(vpc)}}
        network = {"serviceIpv4Cidr": "10.64.0.0/20"}
        code, words = refused(aws, **asked, kubernetesNetworkConfig=network)
        assert code == INVALID
        assert "10.64.0.0/16" in words

    def test_an_endpoint_that_nobody_reaches_is_refused(self, aws):
        off = {"endpointPublicAccess": False, "endpointPrivateAccess": False}
        expected = (INVALID, "Both private and public endpoint access cannot be false")
        assert refused(aws, **in_vpc(aws, **off)) == expected
        update = aws.client("eks").update_cluster_config
        off = {"endpointPublicAccess": False}
        assert refusal(update, name=aws.cluster(), resourcesVpcConfig=off) == expected

    @pytest.mark.parametrize(
        "cidrs",
        [[f"192.0.2.{number}/32" for number in range(41)], ["192.0.2.1/24"], ["::/0"]],
        ids=["41", "host bits", "IPv6"],
    )
    def test_public_access_beyond_the_limits_is_refused(self, aws, cidrs):
        assert refused(aws, **in_vpc(aws, publicAccessCidrs=cidrs))[0] == INVALID
        update = aws.client("eks").update_cluster_config
        asked = {"publicAccessCidrs": cidrs}
        assert refusal(update, name=aws.cluster(), resourcesVpcConfig=asked)[0] == INVALID


class TestStates:
    def test_a_protected_cluster_is_not_deleted_until_the_protection_is_off(self, aws):
        name = aws.cluster(deletionProtection=True)
        eks = aws.client("eks")
        assert refusal(eks.delete_cluster, name=name)[0] == "InvalidRequestException"
        eks.update_cluster_config(name=name, deletionProtection=False)
        until(lambda: not aws.describe(name)["deletionProtection"], "the protection is off")
        assert eks.delete_cluster(name=name)["cluster"]["status"] == "DELETING"

    def test_a_cluster_with_node_groups_is_not_deleted(self, aws, cluster):
        aws.nodegroup(cluster)
        assert refusal(aws.client("eks").delete_cluster, name=cluster) == (
            "ResourceInUseException",
            "Cluster has nodegroups attached",
        )

    def test_an_updating_cluster_is_not_deleted(self, aws):
        name = aws.cluster()
        eks = aws.client("eks")
        with aws.at_speed(1):
            first = eks.update_cluster_config(name=name, deletionProtection=False)["update"]["id"]
        assert refusal(eks.delete_cluster, name=name) == (
            "ResourceInUseException",
            f"Cannot delete because cluster {name} currently has update {first} in progress",
        )

    def test_nothing_is_made_in_a_cluster_that_is_not_active(self, aws):
        asked = wish(aws)
        eks = aws.client("eks")
        with aws.at_speed(1):
            name = eks.create_cluster(**asked)["cluster"]["name"]
        expected = ("InvalidRequestException", f"Cluster '{name}' is not in ACTIVE status")
        assert refusal(eks.create_addon, clusterName=name, addonName="vpc-cni") == expected
        subnets = asked["resourcesVpcConfig"]["subnetIds"]
        group = {"nodegroupName": "early", "nodeRole": aws.role("ec2.amazonaws.com")}
        assert refusal(eks.create_nodegroup, clusterName=name, subnets=subnets, **group) == expected
        profile = {"fargateProfileName": "early", "podExecutionRoleArn": asked["roleArn"]}
        assert refusal(eks.create_fargate_profile, clusterName=name, **profile) == expected
        assert refusal(eks.update_cluster_version, name=name, version="1.36") == expected

    def test_two_updates_at_a_time_are_refused(self, aws):
        name = aws.cluster()
        eks = aws.client("eks")
        with aws.at_speed(1):
            first = eks.update_cluster_config(name=name, deletionProtection=True)["update"]["id"]
        assert aws.describe(name)["status"] == "UPDATING"
        assert refusal(eks.update_cluster_version, name=name, version="1.36") == (
            "ResourceInUseException",
            f"Cannot VersionUpdate because cluster {name} currently has update {first} in progress",
        )


class TestVersions:
    @pytest.mark.parametrize("version", ["1.34", "1.35", "1.36"])
    def test_an_update_down_by_two_up_or_nowhere_is_refused(self, aws, version):
        name = aws.cluster(version="1.34" if version == "1.36" else "1.35")
        old = aws.describe(name)["version"]
        assert refusal(aws.client("eks").update_cluster_version, name=name, version=version) == (
            INVALID,
            f"Unsupported Kubernetes minor version update from {old} to {version}",
        )

    def test_an_update_to_a_version_that_eks_does_not_offer_is_refused(self, aws, cluster):
        update = aws.client("eks").update_cluster_version
        for version in ("1.99", "latest"):
            assert refusal(update, name=cluster, version=version) == (
                INVALID,
                f"unsupported Kubernetes version {version}",
            )

    def test_an_update_is_rolled_back_after_the_node_groups(self, aws):
        name = aws.cluster(version="1.35")
        eks = aws.client("eks")
        group = aws.nodegroup(name)["nodegroupName"]
        done(aws, name, eks.update_cluster_version(name=name, version="1.36")["update"])
        where = {"clusterName": name, "nodegroupName": group}
        eks.update_nodegroup_version(**where)
        assert aws.settled(name, group)["version"] == "1.36"
        code, words = refusal(eks.update_cluster_version, name=name, version="1.35")
        assert code == "InvalidStateException"
        assert "readiness issues" in words
        eks.update_nodegroup_version(**where, version="1.35")
        assert aws.settled(name, group)["version"] == "1.35"
        back = eks.update_cluster_version(name=name, version="1.35")["update"]
        assert back["type"] == "VersionRollback"
        assert done(aws, name, back)["version"] == "1.35"
        assert refusal(eks.update_cluster_version, name=name, version="1.34")[0] == INVALID

    def test_a_rollback_is_forced_past_newer_nodes(self, aws):
        name = aws.cluster(version="1.35")
        eks = aws.client("eks")
        done(aws, name, eks.update_cluster_version(name=name, version="1.36")["update"])
        aws.nodegroup(name)
        assert refusal(eks.update_cluster_version, name=name, version="1.35")[0] == (
            "InvalidStateException"
        )
        back = eks.update_cluster_version(name=name, version="1.35", force=True)["update"]
        assert done(aws, name, back)["version"] == "1.35"


class TestSettings:
    def test_what_is_so_already_is_no_update(self, aws, cluster):
        update = aws.client("eks").update_cluster_config
        off = {"clusterLogging": [{"types": ["api"], "enabled": False}]}
        assert refusal(update, name=cluster, logging=off) == (
            INVALID,
            "No changes needed for the logging config provided",
        )
        public = {"endpointPublicAccess": True}
        assert refusal(update, name=cluster, resourcesVpcConfig=public) == (
            INVALID,
            "Cluster is already at the desired configuration with endpointPrivateAccess: false , "
            "endpointPublicAccess: true, and Public Endpoint Restrictions: [0.0.0.0/0]",
        )

    def test_two_kinds_of_settings_in_one_call_are_refused(self, aws, cluster):
        asked = {"deletionProtection": True, "upgradePolicy": {"supportType": "STANDARD"}}
        assert refusal(aws.client("eks").update_cluster_config, name=cluster, **asked) == (
            INVALID,
            "Only one type of update can be allowed.",
        )

    def test_the_authentication_mode_goes_forward_one_by_one(self, aws):
        name = aws.cluster(accessConfig={"authenticationMode": "CONFIG_MAP"})
        update = aws.client("eks").update_cluster_config

        def to(mode):
            return {"name": name, "accessConfig": {"authenticationMode": mode}}

        words = "Unsupported authentication mode update from {} to {}"
        assert refusal(update, **to("API")) == (INVALID, words.format("CONFIG_MAP", "API"))
        for mode in ("API_AND_CONFIG_MAP", "API"):
            after = done(aws, name, update(**to(mode))["update"])
            assert after["accessConfig"]["authenticationMode"] == mode
        for mode in ("API_AND_CONFIG_MAP", "CONFIG_MAP"):
            assert refusal(update, **to(mode)) == (INVALID, words.format("API", mode))

    @pytest.mark.parametrize(
        "network", [{"ipFamily": "ipv6"}, {"serviceIpv4Cidr": "192.168.0.0/16"}]
    )
    def test_ip_family_and_service_range_do_not_change(self, aws, cluster, network):
        update = aws.client("eks").update_cluster_config
        code, words = refusal(update, name=cluster, kubernetesNetworkConfig=network)
        assert code == INVALID
        assert "can't be changed" in words

    def test_subnets_are_exchanged_in_their_vpc_and_zones(self, aws):
        vpc = aws.vpc()
        name = aws.cluster(aws.subnets(vpc, zones="ab"))
        ec2, update = aws.client("ec2"), aws.client("eks").update_cluster_config

        def subnet(number, zone, vpc=vpc):
            return ec2.create_subnet(
                VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"{REGION}{zone}"
            )["Subnet"]["SubnetId"]

        def to(*subnets):
            return {"name": name, "resourcesVpcConfig": {"subnetIds": list(subnets)}}

        a, b, c = subnet(10, "a"), subnet(11, "b"), subnet(12, "c")
        code, words = refusal(update, **to(a, b, c))
        assert code == INVALID
        assert f"{REGION}a, {REGION}b" in words
        other = aws.vpc()
        code, words = refusal(update, **to(subnet(1, "a", other), subnet(2, "b", other)))
        assert code == INVALID
        assert "one VPC" in words
        after = done(aws, name, update(**to(a, b))["update"])
        assert after["resourcesVpcConfig"]["subnetIds"] == [a, b]

    def test_encryption_is_added_once(self, aws):
        name = aws.cluster()
        config = [{"resources": ["secrets"], "provider": {"keyArn": "arn:aws:kms:k"}}]
        associate = aws.client("eks").associate_encryption_config
        update = associate(clusterName=name, encryptionConfig=config)["update"]
        assert update["type"] == "AssociateEncryptionConfig"
        assert done(aws, name, update)["encryptionConfig"] == config
        code, _ = refusal(associate, clusterName=name, encryptionConfig=config)
        assert code == "InvalidRequestException"
