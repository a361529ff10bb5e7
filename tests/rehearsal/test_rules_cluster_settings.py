"""What EKS demands of a cluster's settings: each test breaks one rule and sees code and words."""

import json

import pytest

from tests.rehearsal.emulator import REGION, refusal, unique, until

INVALID = "InvalidParameterException"
AUTO_MODE_POLICIES = (
    "AmazonEKSClusterPolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSBlockStoragePolicyV2",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
)
API = {"accessConfig": {"authenticationMode": "API"}}
POOLS = ["general-purpose", "system"]


def refused(aws, **asked):
    wish = {
        "name": unique("cluster"),
        "roleArn": aws.role("eks.amazonaws.com"),
        "resourcesVpcConfig": {"subnetIds": aws.subnets(aws.vpc())},
        **API,
        **asked,
    }
    return refusal(aws.client("eks").create_cluster, **wish)


def changed(aws, name, **asked):
    """The cluster after an update."""
    update = aws.client("eks").update_cluster_config(name=name, **asked)["update"]
    describe = aws.client("eks").describe_update
    found = {"name": name, "updateId": update["id"]}
    until(lambda: describe(**found)["update"]["status"] == "Successful", "the update is done")
    return aws.describe(name)


def auto(aws, *, on=True, pools=POOLS, role=None, **asked):
    """Members of a call for Auto Mode."""
    compute = {"enabled": on}
    if on and pools:
        compute |= {"nodePools": pools, "nodeRoleArn": role or aws.role("ec2.amazonaws.com")}
    return {
        "computeConfig": compute,
        "storageConfig": {"blockStorage": {"enabled": on}},
        "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": on}},
        **asked,
    }


def plane(aws):
    return {"roleArn": aws.role("eks.amazonaws.com", *AUTO_MODE_POLICIES)}


class TestAutoMode:
    def test_nodes_of_the_built_in_pools_are_let_in(self, aws):
        role = aws.role("ec2.amazonaws.com")
        asked = auto(aws, role=role, bootstrapSelfManagedAddons=False, **plane(aws))
        name = aws.cluster(**asked)
        eks = aws.client("eks")
        where = {"clusterName": name, "principalArn": role}
        assert eks.describe_access_entry(**where)["accessEntry"]["type"] == "EC2"
        (policy,) = eks.list_associated_access_policies(**where)["associatedAccessPolicies"]
        assert policy["policyArn"].endswith("/AmazonEKSAutoNodePolicy")

    def test_without_pools_no_role_is_let_in(self, aws):
        asked = auto(aws, pools=[], bootstrapSelfManagedAddons=False, **plane(aws))
        name = aws.cluster(**asked)
        entries = aws.client("eks").list_access_entries(clusterName=name)["accessEntries"]
        assert not [it for it in entries if ":role/" in it]
        assert aws.describe(name)["computeConfig"] == {"enabled": True, "nodePools": []}

    @pytest.mark.parametrize(
        "missing", ["computeConfig", "storageConfig", "kubernetesNetworkConfig"]
    )
    def test_half_of_it_is_refused(self, aws, missing):
        asked = {k: v for k, v in auto(aws).items() if k != missing}
        assert refused(aws, bootstrapSelfManagedAddons=False, **plane(aws), **asked) == (
            INVALID,
            "For EKS Auto Mode, please ensure that all required configs, including computeConfig, "
            "kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully "
            "disabled.",
        )

    def test_self_managed_addons_are_refused(self, aws):
        assert refused(aws, **plane(aws), **auto(aws)) == (
            INVALID,
            "When EKS Auto Mode is enabled, bootstrapSelfManagedAddons must be set to false.",
        )

    def test_the_config_map_alone_is_refused(self, aws):
        asked = auto(aws, bootstrapSelfManagedAddons=False, **plane(aws))
        code, words = refused(
            aws, **{**asked, "accessConfig": {"authenticationMode": "CONFIG_MAP"}}
        )
        assert code == INVALID
        assert "authentication mode" in words

    def test_an_unknown_pool_is_refused(self, aws):
        asked = auto(aws, pools=["sytem"], bootstrapSelfManagedAddons=False, **plane(aws))
        assert refused(aws, **asked) == (INVALID, "sytem is not a node pool of EKS Auto Mode")

    @pytest.mark.parametrize(
        ("compute", "words"),
        [
            (
                {"nodePools": POOLS},
                "When Compute Config nodeRoleArn is null or empty, nodePool list cannot be "
                "populated.",
            ),
            (
                {"nodeRoleArn": "arn:aws:iam::123456789012:role/nodes"},
                "When Compute Config nodeRoleArn is not null or empty, nodePool value(s) must be "
                "provided.",
            ),
        ],
        ids=["pools", "role"],
    )
    def test_pools_and_role_come_together(self, aws, compute, words):
        asked = auto(aws, bootstrapSelfManagedAddons=False, **plane(aws))
        asked["computeConfig"] = {"enabled": True, **compute}
        assert refused(aws, **asked) == (INVALID, words)

    def test_a_node_role_that_ec2_cannot_take_is_refused(self, aws):
        role = aws.role("eks.amazonaws.com")
        asked = auto(aws, role=role, bootstrapSelfManagedAddons=False, **plane(aws))
        code, words = refused(aws, **asked)
        assert code == INVALID
        assert f"Role with arn: {role}, could not be assumed" in words

    def test_a_cluster_role_without_the_policies_is_refused(self, aws):
        code, words = refused(aws, **auto(aws, bootstrapSelfManagedAddons=False))
        assert code == INVALID
        assert "policy/AmazonEKSComputePolicy" in words
        assert "policy/AmazonEKSClusterPolicy" not in words

    def test_a_cluster_role_that_does_not_let_tag_sessions_is_refused(self, aws):
        role = plane(aws)["roleArn"]
        trust = {"Effect": "Allow", "Principal": {"Service": "eks.amazonaws.com"}}
        aws.client("iam").update_assume_role_policy(
            RoleName=role.rpartition("/")[2],
            PolicyDocument=json.dumps(
                {"Version": "2012-10-17", "Statement": [{**trust, "Action": "sts:AssumeRole"}]}
            ),
        )
        code, words = refused(aws, **auto(aws, bootstrapSelfManagedAddons=False, roleArn=role))
        assert code == INVALID
        assert "sts:TagSession" in words

    def test_it_is_turned_on_and_off_in_one_update(self, aws):
        name = aws.cluster(**plane(aws))
        role = aws.role("ec2.amazonaws.com")
        before = aws.describe(name)["kubernetesNetworkConfig"]
        on = auto(aws, role=role)
        # Whoever switches it may name the network as it is.
        on["kubernetesNetworkConfig"] |= {"serviceIpv4Cidr": before["serviceIpv4Cidr"]}
        cluster = changed(aws, name, **on)
        assert cluster["computeConfig"] == on["computeConfig"]
        assert cluster["kubernetesNetworkConfig"]["elasticLoadBalancing"] == {"enabled": True}
        eks = aws.client("eks")
        assert role in eks.list_access_entries(clusterName=name)["accessEntries"]
        other = auto(aws, role=aws.role("ec2.amazonaws.com"))
        code, words = refusal(eks.update_cluster_config, name=name, **other)
        assert (code, words) == (
            INVALID,
            "nodeRoleArn can't be changed after EKS Auto Mode is enabled",
        )
        assert changed(aws, name, **auto(aws, on=False))["computeConfig"]["enabled"] is False

    def test_an_update_of_a_part_is_refused(self, aws, cluster):
        update = aws.client("eks").update_cluster_config
        part = {"computeConfig": {"enabled": True}}
        assert "all either fully enabled" in refusal(update, name=cluster, **part)[1]
        assert refusal(update, name=cluster, computeConfig={"nodePools": []}) == (
            INVALID,
            "The type for cluster update was not provided.",
        )


def remote(*nodes, pods=()):
    networks = {"remoteNodeNetworks": [{"cidrs": list(nodes)}]}
    if pods:
        networks["remotePodNetworks"] = [{"cidrs": list(pods)}]
    return {"remoteNetworkConfig": networks}


class TestRemoteNetworks:
    def test_they_are_added_changed_and_taken_away(self, aws):
        name = aws.cluster()
        wanted = remote("192.168.0.0/16", pods=["100.64.0.0/16"])
        assert changed(aws, name, **wanted)["remoteNetworkConfig"] == wanted["remoteNetworkConfig"]
        none = {"remoteNodeNetworks": [], "remotePodNetworks": []}
        assert changed(aws, name, remoteNetworkConfig=none)["remoteNetworkConfig"] == none

    def test_the_config_map_alone_is_refused(self, aws):
        mode = {"accessConfig": {"authenticationMode": "CONFIG_MAP"}}
        assert refused(aws, **{**remote("192.168.0.0/16"), **mode}) == (
            INVALID,
            "AccessConfig AuthMode must be API_AND_CONFIG_MAP or API when remoteNetworkConfig is "
            "specified",
        )

    @pytest.mark.parametrize(
        ("networks", "words"),
        [
            (
                remote("10.0.0.0/16"),
                "Invalid remote node network: CIDR 10.0.0.0/16 overlaps with VPC CIDR 10.0.0.0/16",
            ),
            (
                remote("172.20.1.0/24"),
                "Invalid remote node network: CIDR 172.20.1.0/24 overlaps with service CIDR "
                "172.20.0.0/16",
            ),
            (
                remote("192.168.0.0/16", pods=["192.168.1.0/24"]),
                "Invalid remote pod network: CIDR 192.168.1.0/24 overlaps with remote node network "
                "192.168.0.0/16",
            ),
            (
                remote("8.8.8.0/24"),
                "Invalid remote node network: CIDR 8.8.8.0/24 is not a private IPv4 block from /8 "
                "to /32",
            ),
            (
                remote("fd00::/48"),
                "Invalid remote node network: CIDR fd00::/48 is not a private IPv4 block from /8 "
                "to /32",
            ),
            (
                remote(*(f"192.168.{number}.0/24" for number in range(16))),
                "A cluster can have at most 15 remote node networks",
            ),
            (
                {"remoteNetworkConfig": {"remotePodNetworks": [{"cidrs": ["192.168.0.0/16"]}]}},
                "remotePodNetworks can't be specified without remoteNodeNetworks",
            ),
        ],
        ids=["vpc", "services", "each other", "public", "IPv6", "too many", "pods alone"],
    )
    def test_networks_that_do_not_fit_are_refused(self, aws, networks, words):
        assert refused(aws, **networks) == (INVALID, words)

    def test_an_update_is_judged_too(self, aws, cluster):
        update = aws.client("eks").update_cluster_config
        code, words = refusal(update, name=cluster, **remote("10.0.1.0/24"))
        assert code == INVALID
        assert "overlaps with VPC CIDR" in words


def manager(**settings):
    return {
        "controlPlaneScalingConfig": {"tier": "tier-xl"},
        "kubeControllerManagerConfig": settings,
    }


def gc(threshold):
    return {"podGcControllerConfig": {"terminatedPodGcThreshold": threshold}}


def hpa(period):
    return {
        "horizontalPodAutoscalerControllerConfig": {"horizontalPodAutoscalerSyncPeriod": period}
    }


def scored(**strategy):
    return {"kubeSchedulerConfig": {"nodeResourcesFit": {"scoringStrategy": strategy}}}


class TestControlPlane:
    @pytest.mark.parametrize(
        ("asked", "words"),
        [
            ({"controlPlaneScalingConfig": {"tier": "huge"}}, "enum value set: [standard, tier-xl"),
            ({"upgradePolicy": {"supportType": "NONE"}}, "'upgradePolicy.supportType' failed"),
            ({"accessConfig": {"authenticationMode": "IAM"}}, "set: [API, API_AND_CONFIG_MAP"),
            ({"kubernetesNetworkConfig": {"ipFamily": "ipv5"}}, "set: [ipv4, ipv6]"),
            ({"kubeApiServerConfig": {"eventTtl": "5m"}}, "eventTtl 5m is not a duration"),
            ({"kubeApiServerConfig": {"eventTtl": "1h30m"}}, "eventTtl 1h30m is not a duration"),
            (
                {"kubeApiServerConfig": {"serviceNodePortRange": {"minPort": 80}}},
                "serviceNodePortRange 80-32767 is not a range within 10260 to 32767",
            ),
            (
                {
                    "kubeApiServerConfig": {
                        "serviceNodePortRange": {"minPort": 31000, "maxPort": 30000}
                    }
                },
                "serviceNodePortRange 31000-30000 is not a range",
            ),
            (scored(type="Random"), "set: [LeastAllocated, MostAllocated]"),
            (
                scored(type="MostAllocated", resources=[{"name": "disk", "weight": 1}]),
                "name disk is not one of",
            ),
            (manager(**gc(500)), "terminatedPodGcThreshold 500 is not from 10000 to 12500"),
            (manager(**hpa("30s")), "horizontalPodAutoscalerSyncPeriod 30s is not a duration"),
            (
                {"kubeControllerManagerConfig": hpa("10s")},
                "kubeControllerManagerConfig needs a provisioned scaling tier, the cluster's is "
                "standard",
            ),
        ],
    )
    def test_values_that_eks_does_not_have_are_refused(self, aws, asked, words):
        code, said = refused(aws, **asked)
        assert code == INVALID
        assert words in said

    def test_a_weight_out_of_range_is_refused_before_it_is_sent(self, aws):
        names = aws.client("eks").meta.service_model.shape_for("ResourceWeightValue").metadata
        assert names == {"min": 1, "max": 100}

    def test_an_unknown_egress_mode_is_refused(self, aws):
        vpc = {"subnetIds": aws.subnets(aws.vpc()), "controlPlaneEgressMode": "MINE"}
        code, words = refused(aws, resourcesVpcConfig=vpc)
        assert code == INVALID
        assert "'resourcesVpcConfig.controlPlaneEgressMode' failed to satisfy" in words

    def test_the_egress_mode_goes_one_way(self, aws):
        name = aws.cluster()
        assert aws.describe(name)["resourcesVpcConfig"]["controlPlaneEgressMode"] == "AWS_MANAGED"
        routed = {"controlPlaneEgressMode": "CUSTOMER_ROUTED"}
        changed(aws, name, resourcesVpcConfig=routed)
        back = {"controlPlaneEgressMode": "AWS_MANAGED"}
        update = aws.client("eks").update_cluster_config
        assert refusal(update, name=name, resourcesVpcConfig=back) == (
            INVALID,
            "controlPlaneEgressMode can't be changed from CUSTOMER_ROUTED back to AWS_MANAGED",
        )

    def test_tier_and_programs_are_changed_by_updates_of_their_own(self, aws):
        name = aws.cluster()
        update = aws.client("eks").update_cluster_config(
            name=name, controlPlaneScalingConfig={"tier": "tier-2xl"}
        )["update"]
        assert update["type"] == "ControlPlaneScalingConfigUpdate"
        assert {it["type"]: it["value"] for it in update["params"]} == {
            "UpdatedTier": "tier-2xl",
            "PreviousTier": "standard",
        }
        until(lambda: aws.describe(name)["status"] == "ACTIVE", "it is ACTIVE")
        cluster = changed(aws, name, kubeControllerManagerConfig=gc(11000))
        assert cluster["kubeControllerManagerConfig"] == gc(11000)
        assert cluster["controlPlaneScalingConfig"] == {"tier": "tier-2xl"}

    def test_an_update_of_nothing_is_refused(self, aws, cluster):
        assert refusal(aws.client("eks").update_cluster_config, name=cluster) == (
            INVALID,
            "The type for cluster update was not provided.",
        )


class TestIpv6:
    def subnets(self, aws):
        ec2 = aws.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
        found = ec2.describe_vpcs(VpcIds=[vpc["VpcId"]])["Vpcs"][0]
        block = found["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]
        prefix = block.partition("00::/")[0]
        return [
            ec2.create_subnet(
                VpcId=vpc["VpcId"],
                CidrBlock=f"10.0.{number}.0/24",
                Ipv6CidrBlock=f"{prefix}{number:02}::/64",
                AvailabilityZone=f"{REGION}{zone}",
            )["Subnet"]["SubnetId"]
            for number, zone in enumerate("ac")
        ]

    def test_services_get_a_unique_local_block(self, aws):
        name = aws.cluster(
            resourcesVpcConfig={"subnetIds": self.subnets(aws)},
            kubernetesNetworkConfig={"ipFamily": "ipv6"},
        )
        cluster = aws.describe(name)
        network = cluster["kubernetesNetworkConfig"]
        assert network["ipFamily"] == "ipv6"
        assert network["serviceIpv6Cidr"].startswith("fd")
        assert network["serviceIpv6Cidr"].endswith("/108")
        assert "serviceIpv4Cidr" not in network
        assert cluster["resourcesVpcConfig"]["publicAccessCidrs"] == ["0.0.0.0/0", "::/0"]

    def test_a_subnet_without_ipv6_is_refused(self, aws):
        code, words = refused(aws, kubernetesNetworkConfig={"ipFamily": "ipv6"})
        assert code == INVALID
        assert "has no IPv6 CIDR block" in words

    def test_remote_networks_are_refused(self, aws):
        code, words = refused(
            aws,
            resourcesVpcConfig={"subnetIds": self.subnets(aws)},
            kubernetesNetworkConfig={"ipFamily": "ipv6"},
            **remote("192.168.0.0/16"),
        )
        assert code == INVALID
        assert "ipFamily is ipv6" in words

    def test_the_family_cannot_be_changed(self, aws, cluster):
        update = aws.client("eks").update_cluster_config
        code, words = refusal(update, name=cluster, kubernetesNetworkConfig={"ipFamily": "ipv6"})
        assert code == INVALID
        assert "can't be changed" in words


def test_an_outpost_is_not_pretended(aws):
    outpost = {"outpostArns": ["arn:aws:outposts:::1"], "controlPlaneInstanceType": "m5.large"}
    assert refused(aws, outpostConfig=outpost)[0] == "UnsupportedOperation"
