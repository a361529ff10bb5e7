"""What EKS demands of node groups: each test breaks one rule and sees AWS's code and words."""

import base64

import pytest

from spec import facts
from tests.rehearsal.emulator import REGION, refusal, unique

INVALID = "InvalidParameterException"
ARM = "AL2023_ARM_64_STANDARD"
NVIDIA = "AL2023_x86_64_NVIDIA"
BLOCK = {
    "InstanceType": "p5.48xlarge",
    "InstanceMarketOptions": {"MarketType": "capacity-block"},
    "CapacityReservationSpecification": {
        "CapacityReservationTarget": {"CapacityReservationId": "cr-0123456789abcdef0"}
    },
}


def wish(aws, cluster, **asked):
    return {
        "clusterName": cluster,
        "nodegroupName": unique("group"),
        "subnets": aws.describe(cluster)["resourcesVpcConfig"]["subnetIds"],
        "nodeRole": aws.role("ec2.amazonaws.com"),
        **asked,
    }


def refused(aws, cluster, **asked):
    return refusal(aws.client("eks").create_nodegroup, **wish(aws, cluster, **asked))


def template(aws, **data):
    made = aws.client("ec2").create_launch_template(
        LaunchTemplateName=unique("template"), LaunchTemplateData=data
    )
    return made["LaunchTemplate"]


def image(aws):
    return aws.client("ec2").describe_images(Owners=["amazon"])["Images"][0]["ImageId"]


class TestCreation:
    def test_a_second_group_of_a_name_is_refused(self, aws, cluster):
        name = aws.nodegroup(cluster)["nodegroupName"]
        assert refused(aws, cluster, nodegroupName=name) == (
            "ResourceInUseException",
            f"NodeGroup already exists with name {name} and cluster name {cluster}",
        )

    def test_the_same_request_token_makes_one_group(self, aws, cluster):
        asked = wish(aws, cluster, clientRequestToken=unique("token"))
        create = aws.client("eks").create_nodegroup
        first = create(**asked)["nodegroup"]["nodegroupArn"]
        assert create(**asked)["nodegroup"]["nodegroupArn"] == first

    def test_a_name_with_other_characters_is_refused(self, aws, cluster):
        code, words = refused(aws, cluster, nodegroupName="my group")
        assert code == INVALID
        assert words.startswith("The nodegroupName parameter contains invalid characters.")

    def test_a_name_of_more_than_63_characters_is_refused(self, aws, cluster):
        assert refused(aws, cluster, nodegroupName="g" * 64) == (
            INVALID,
            "nodeGroupName can't be longer than 63 characters!",
        )

    def test_a_word_that_the_model_does_not_have_is_refused(self, aws, cluster):
        assert refused(aws, cluster, capacityType="RESERVED") == (
            INVALID,
            "1 validation error detected: Value 'RESERVED' at 'capacityType' failed to satisfy "
            "constraint: Member must satisfy enum value set: [ON_DEMAND, SPOT, CAPACITY_BLOCK]",
        )

    def test_a_percentage_above_a_hundred_is_refused(self, aws, cluster):
        code, words = refused(aws, cluster, updateConfig={"maxUnavailablePercentage": 101})
        assert code == INVALID
        assert "Member must have value less than or equal to 100" in words

    def test_a_cluster_that_is_not_there_is_refused(self, aws, cluster):
        assert refused(aws, cluster, clusterName="nobody") == (
            "ResourceNotFoundException",
            "No cluster found for name: nobody.",
        )

    def test_a_role_that_is_not_there_is_refused(self, aws, cluster):
        role = "arn:aws:iam::123456789012:role/nobody"
        assert refused(aws, cluster, nodeRole=role)[0] == INVALID

    def test_a_role_that_instances_cannot_take_is_refused(self, aws, cluster):
        role = aws.role("eks.amazonaws.com")
        assert refused(aws, cluster, nodeRole=role) == (
            INVALID,
            "Following required service principals [ec2.amazonaws.com] were not found in the trust "
            f"relationships of nodeRole {role}",
        )

    def test_a_subnet_that_is_not_there_is_refused(self, aws, cluster):
        code, words = refused(aws, cluster, subnets=["subnet-0123456789abcdef0"])
        assert code == INVALID
        assert words.startswith("The subnet ID 'subnet-0123456789abcdef0' does not exist")

    def test_subnets_of_another_vpc_are_refused(self, aws, cluster):
        vpc = aws.describe(cluster)["resourcesVpcConfig"]["vpcId"]
        assert refused(aws, cluster, subnets=aws.subnets(aws.vpc())) == (
            INVALID,
            f"Specified subnets must belong to cluster's vpc {vpc}",
        )

    def test_sizes_that_contradict_each_other_are_refused(self, aws, cluster):
        low = {"minSize": 3, "desiredSize": 2, "maxSize": 4}
        assert refused(aws, cluster, scalingConfig=low) == (
            INVALID,
            "minSize can't be greater than desiredSize",
        )
        high = {"minSize": 1, "desiredSize": 5, "maxSize": 4}
        assert refused(aws, cluster, scalingConfig=high) == (
            INVALID,
            "desiredSize can't be greater than maxSize",
        )

    def test_two_ways_to_say_how_many_may_be_unavailable_are_refused(self, aws, cluster):
        both = {"maxUnavailable": 1, "maxUnavailablePercentage": 33}
        code, words = refused(aws, cluster, updateConfig=both)
        assert code == INVALID
        assert "not both" in words

    def test_tags_beyond_the_limits_are_refused(self, aws, cluster):
        assert refused(aws, cluster, tags={"aws:mine": "yes"})[0] == INVALID


class TestInstanceTypes:
    def test_those_that_are_none_are_refused(self, aws, cluster):
        assert refused(aws, cluster, instanceTypes=["t3.medium", "t33.medium"]) == (
            INVALID,
            "The following supplied instance types do not exist: [t33.medium]",
        )

    def test_more_than_twenty_are_refused(self, aws, cluster):
        code, words = refused(aws, cluster, instanceTypes=["t3.medium"] * 21)
        assert code == INVALID
        assert "20" in words

    def test_those_of_another_architecture_than_the_image_are_refused(self, aws, cluster):
        assert refused(aws, cluster, instanceTypes=["m7g.large"]) == (
            INVALID,
            "[m7g.large] is not a valid instance type for requested amiType AL2023_x86_64_STANDARD",
        )
        assert refused(aws, cluster, instanceTypes=["t4g.medium", "t3.medium"], amiType=ARM) == (
            INVALID,
            f"[t3.medium] is not a valid instance type for requested amiType {ARM}",
        )

    def test_one_of_a_launch_template_has_to_fit_the_image_too(self, aws, cluster):
        own = {"id": template(aws, InstanceType="m7g.large")["LaunchTemplateId"]}
        assert refused(aws, cluster, launchTemplate=own)[0] == INVALID
        assert aws.nodegroup(cluster, launchTemplate=own, amiType=ARM)["amiType"] == ARM

    def test_one_that_a_zone_does_not_offer_is_refused(self, aws, cluster):
        offerings = aws.client("ec2").describe_instance_type_offerings(
            LocationType="availability-zone",
            Filters=[{"Name": "instance-type", "Values": ["m4.large"]}],
        )["InstanceTypeOfferings"]
        offered = sorted(one["Location"] for one in offerings)
        missing = sorted({f"{REGION}{zone}" for zone in "abc"} - set(offered))
        assert offered
        assert missing, "else this proves nothing"
        asked = {"instanceTypes": ["m4.large"]}
        assert refused(aws, cluster, **asked) == (
            "InvalidRequestException",
            "Your requested instance type (m4.large) is not supported in your requested "
            f"Availability Zone ({missing[0]}). Please retry your request by not specifying an "
            f"Availability Zone or choosing {', '.join(offered)}.",
        )

    def test_images_of_amazon_linux_2_are_refused(self, aws, cluster):
        assert refused(aws, cluster, amiType="AL2_x86_64") == (
            INVALID,
            "AMI Type AL2_x86_64 is only supported for kubernetes versions 1.32 or earlier",
        )


class TestImages:
    @pytest.mark.parametrize("ami_type", sorted(facts.ami_types()))
    def test_every_kind_makes_nodes(self, aws, cluster, ami_type):
        kind = facts.ami_types()[ami_type]
        fitting = {"x86_64": "m5.large", "arm64": "m6g.large"}[kind.architecture]
        group = aws.nodegroup(cluster, amiType=ami_type, instanceTypes=[fitting])
        ours = [it for it in aws.nodes(cluster) if it["nodegroup"] == group["nodegroupName"]]
        assert len(ours) == 2
        assert {it["version"][:5] for it in ours} == {"v1.36"}
        images = {it["ImageId"] for it in aws.instances(group["nodegroupName"])}
        (image,) = aws.client("ec2").describe_images(ImageIds=sorted(images))["Images"]
        assert image["Architecture"] == kind.architecture
        assert group["diskSize"] == kind.minimum_disk_gib
        assert group["releaseVersion"] in image["Name"] or kind.family == "AL2023"

    def test_a_release_is_one_of_the_image_and_the_version(self, aws, cluster):
        rocket = "BOTTLEROCKET_x86_64"
        for ami_type, release in (
            (rocket, "1.36.2-20260714"),
            ("AL2023_x86_64_STANDARD", "1.66.0-1ad6b4a4"),
            ("WINDOWS_CORE_2022_x86_64", "1.34-2026.01.22"),
        ):
            code, words = refused(aws, cluster, amiType=ami_type, releaseVersion=release)
            assert code == INVALID
            assert release in words
        group = aws.nodegroup(cluster, amiType=rocket, releaseVersion="1.66.0-1ad6b4a4")
        assert group["releaseVersion"] == "1.66.0-1ad6b4a4"

    def test_nodes_of_windows_have_an_access_entry_of_their_own_kind(self, aws, cluster):
        group = aws.nodegroup(cluster, amiType="WINDOWS_CORE_2022_x86_64")
        entry = aws.client("eks").describe_access_entry(
            clusterName=cluster, principalArn=group["nodeRole"]
        )["accessEntry"]
        assert entry["type"] == "EC2_WINDOWS"


class TestRepairAndWarmPool:
    @pytest.mark.parametrize("member", ["maxUnhealthyNodeThreshold", "maxParallelNodesRepaired"])
    def test_a_threshold_in_both_ways_is_refused_also_in_an_update(self, aws, cluster, member):
        repair = {"enabled": True, f"{member}Count": 1, f"{member}Percentage": 10}
        code, words = refused(aws, cluster, nodeRepairConfig=repair)
        assert code == INVALID
        assert member in words
        where = {
            "clusterName": cluster,
            "nodegroupName": aws.nodegroup(cluster)["nodegroupName"],
        }
        update = aws.client("eks").update_nodegroup_config
        assert refusal(update, **where, nodeRepairConfig=repair) == (code, words)

    def test_an_override_has_all_its_values(self, aws, cluster):
        override = {
            "nodeMonitoringCondition": "AcceleratedHardwareReady",
            "nodeUnhealthyReason": "NvidiaXID64Error",
            "minRepairWaitTimeMins": 5,
            "repairAction": "Reboot",
        }
        whole = {"enabled": True, "nodeRepairConfigOverrides": [override]}
        group = aws.nodegroup(cluster, nodeRepairConfig=whole)
        assert group["nodeRepairConfig"] == whole
        for member in override:
            half = {key: value for key, value in override.items() if key != member}
            repair = {"enabled": True, "nodeRepairConfigOverrides": [half]}
            code, words = refused(aws, cluster, nodeRepairConfig=repair)
            assert code == INVALID
            assert member in words

    @pytest.mark.parametrize("pool", [{"poolState": "HIBERNATED"}, {"reuseOnScaleIn": True}])
    def test_a_warm_pool_of_bottlerocket_is_a_plain_one(self, aws, cluster, pool):
        asked = {"enabled": True, **pool}
        code, words = refused(aws, cluster, amiType="BOTTLEROCKET_x86_64", warmPoolConfig=asked)
        assert code == INVALID
        assert next(iter(pool)) in words
        made = aws.nodegroup(cluster, warmPoolConfig=asked)["warmPoolConfig"]
        assert asked.items() <= made.items()


class TestCapacityBlocks:
    def test_it_is_said_by_the_launch_template(self, aws, cluster):
        asked = {"capacityType": "CAPACITY_BLOCK"}
        code, words = refused(aws, cluster, **asked)
        assert code == INVALID
        assert "capacity-block" in words
        for member in BLOCK:
            half = {key: value for key, value in BLOCK.items() if key != member}
            own = {"id": template(aws, **half)["LaunchTemplateId"]}
            assert refused(aws, cluster, **asked, launchTemplate=own)[0] == INVALID
        whole = {"id": template(aws, **BLOCK)["LaunchTemplateId"]}
        # The zone that has the type.
        first_zone = aws.describe(cluster)["resourcesVpcConfig"]["subnetIds"][:1]
        group = aws.nodegroup(
            cluster, **asked, amiType=NVIDIA, launchTemplate=whole, subnets=first_zone
        )
        assert group["capacityType"] == "CAPACITY_BLOCK"
        (first, *_) = aws.instances(group["nodegroupName"])
        assert first["InstanceLifecycle"] == "capacity-block"


class TestLabelsAndTaints:
    @pytest.mark.parametrize(
        "key", ["kubernetes.io/role", "k8s.io/team", "eks.amazonaws.com/nodegroup"]
    )
    def test_labels_of_kubernetes_and_of_eks_are_refused(self, aws, cluster, key):
        assert refused(aws, cluster, labels={key: "mine"}) == (
            INVALID,
            "Label cannot contain reserved prefixes [kubernetes.io/, k8s.io/, eks.amazonaws.com/]",
        )

    @pytest.mark.parametrize("value", ["-dash", "two words"])
    def test_labels_that_kubernetes_does_not_take_are_refused(self, aws, cluster, value):
        assert refused(aws, cluster, labels={"team": value}) == (
            INVALID,
            f"Invalid value: {value} : field must consist of alphanumeric characters, '-', '_' or "
            "'.', and must start and end with an alphanumeric character (e.g. 'MyName',  or "
            "'my.name',  or '123-abc', regex used for validation is "
            "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
        )

    @pytest.mark.parametrize("labels", [{"k" * 64: "v"}, {"k": "v" * 64}])
    def test_labels_that_are_too_long_are_refused(self, aws, cluster, labels):
        code, words = refused(aws, cluster, labels=labels)
        assert code == INVALID
        assert "longer than 63" in words

    def test_taints_of_kubernetes_are_refused(self, aws, cluster):
        taint = {"key": "kubernetes.io/dedicated", "value": "x", "effect": "NO_SCHEDULE"}
        code, words = refused(aws, cluster, taints=[taint])
        assert code == INVALID
        assert "reserved prefixes" in words

    def test_taints_of_drivers_are_none_of_kubernetes(self, aws, cluster):
        taint = {"key": "node.cilium.io/agent-not-ready", "effect": "NO_EXECUTE"}
        assert aws.nodegroup(cluster, taints=[taint])["taints"] == [taint]

    def test_an_effect_as_kubernetes_spells_it_is_refused(self, aws, cluster):
        taint = {"key": "gpu", "value": "yes", "effect": "NoSchedule"}
        assert refused(aws, cluster, taints=[taint]) == (
            INVALID,
            "Invalid taint effect: NoSchedule, must be one of these [NO_SCHEDULE, NO_EXECUTE, "
            "PREFER_NO_SCHEDULE]",
        )

    def test_a_taint_value_that_kubernetes_does_not_take_is_refused(self, aws, cluster):
        taint = {"key": "gpu", "value": "so so", "effect": "NO_SCHEDULE"}
        code, words = refused(aws, cluster, taints=[taint])
        assert code == INVALID
        assert words.startswith("Invalid value: so so :")

    def test_a_taint_said_twice_is_refused(self, aws, cluster):
        taints = [{"key": "gpu", "value": v, "effect": "NO_SCHEDULE"} for v in ("yes", "no")]
        code, words = refused(aws, cluster, taints=taints)
        assert code == INVALID
        assert "unique by key and effect" in words

    def test_more_than_fifty_taints_are_refused_also_in_an_update(self, aws, cluster):
        taints = [{"key": f"key-{n}", "value": "", "effect": "NO_SCHEDULE"} for n in range(51)]
        code, words = refused(aws, cluster, taints=taints)
        assert code == INVALID
        assert "at most 50" in words
        name = aws.nodegroup(cluster, taints=taints[:50])["nodegroupName"]
        update = aws.client("eks").update_nodegroup_config
        asked = {"clusterName": cluster, "nodegroupName": name}
        more = {"addOrUpdateTaints": taints[50:]}
        assert refusal(update, **asked, taints=more) == (code, words)

    def test_labels_of_an_update_are_looked_at_as_well(self, aws, cluster):
        name = aws.nodegroup(cluster)["nodegroupName"]
        update = aws.client("eks").update_nodegroup_config
        labels = {"addOrUpdateLabels": {"k8s.io/team": "mine"}}
        code, words = refusal(update, clusterName=cluster, nodegroupName=name, labels=labels)
        assert code == INVALID
        assert words.startswith("Label cannot contain reserved prefixes")


class TestLaunchTemplates:
    def beside(self, aws, cluster, data, **asked):
        own = {"id": template(aws, **data)["LaunchTemplateId"]}
        return refused(aws, cluster, launchTemplate=own, **asked)

    def test_the_size_of_the_disk_beside_one_is_refused(self, aws, cluster):
        assert self.beside(aws, cluster, {"InstanceType": "t3.medium"}, diskSize=50) == (
            INVALID,
            "Disk size must be specified within the launch template.",
        )

    def test_remote_access_beside_one_is_refused(self, aws, cluster):
        access = {"ec2SshKey": "key"}
        assert self.beside(aws, cluster, {"InstanceType": "t3.medium"}, remoteAccess=access) == (
            INVALID,
            "Remote access configuration cannot be specified with a launch template.",
        )

    def test_instance_types_in_both_places_are_refused(self, aws, cluster):
        asked = {"instanceTypes": ["t3.large"]}
        assert self.beside(aws, cluster, {"InstanceType": "t3.medium"}, **asked) == (
            "InvalidRequestException",
            "Cannot specify instance types in launch template and API request",
        )

    def test_an_ami_type_beside_an_image_is_refused(self, aws, cluster):
        data = {"ImageId": image(aws)}
        assert self.beside(aws, cluster, data, amiType="AL2023_x86_64_STANDARD") == (
            INVALID,
            "You cannot specify an AMI Type other than CUSTOM, when specifying an image id in your "
            "launch template.",
        )

    def test_the_ami_type_custom_without_an_image_is_refused(self, aws, cluster):
        assert refused(aws, cluster, amiType="CUSTOM") == (
            INVALID,
            "Launch template details can't be null for Custom ami type node group",
        )

    def test_a_version_beside_an_image_is_refused(self, aws, cluster):
        data = {"ImageId": image(aws)}
        assert self.beside(aws, cluster, data, version="1.36") == (
            INVALID,
            "You cannot specify a kubernetes version to use when specifying an image id to use "
            "within the launch template.",
        )
        code, words = self.beside(aws, cluster, data, releaseVersion="1.36.2-20260714")
        assert code == INVALID
        assert "release version" in words

    def test_an_instance_profile_in_one_is_refused(self, aws, cluster):
        own = template(aws, IamInstanceProfile={"Name": "mine"})
        asked = {"launchTemplate": {"id": own["LaunchTemplateId"]}}
        assert refused(aws, cluster, **asked) == (
            INVALID,
            f"Launch template {own['LaunchTemplateName']} should not specify an instance profile. "
            "The noderole in your request will be used to construct an instance profile.",
        )

    @pytest.mark.parametrize(
        ("data", "member"),
        [
            (
                {"NetworkInterfaces": [{"DeviceIndex": 0, "SubnetId": "subnet-0123456789abcdef0"}]},
                "SubnetId",
            ),
            ({"InstanceMarketOptions": {"MarketType": "spot"}}, "InstanceMarketOptions"),
            ({"HibernationOptions": {"Configured": True}}, "HibernationOptions"),
            (
                {"InstanceInitiatedShutdownBehavior": "terminate"},
                "InstanceInitiatedShutdownBehavior",
            ),
        ],
        ids=["subnet", "spot", "hibernation", "shutdown"],
    )
    def test_what_eks_decides_itself_is_refused_in_one(self, aws, cluster, data, member):
        code, words = self.beside(aws, cluster, data)
        assert code == INVALID
        assert words.endswith(f"should not specify {member}")

    def test_one_that_is_not_there_is_refused_and_so_is_a_version(self, aws, cluster):
        missing = {"id": "lt-0123456789abcdef0"}
        assert refused(aws, cluster, launchTemplate=missing)[0] == INVALID
        own = template(aws, InstanceType="t3.medium")["LaunchTemplateId"]
        assert refused(aws, cluster, launchTemplate={"id": own, "version": "7"})[0] == INVALID


class TestVersions:
    def test_nodes_of_another_version_than_the_cluster_are_refused(self, aws, cluster):
        code, words = refused(aws, cluster, version="1.35")
        assert code == INVALID
        assert words.endswith("1.36")

    def test_a_release_of_another_version_is_refused(self, aws, cluster):
        assert refused(aws, cluster, releaseVersion="1.34.1-20250101") == (
            INVALID,
            "Requested release version 1.34.1-20250101 is not valid for kubernetes version 1.36.",
        )

    def test_nodes_newer_than_the_control_plane_are_refused(self, aws):
        cluster = aws.cluster(version="1.35")
        group = aws.nodegroup(cluster)["nodegroupName"]
        update = aws.client("eks").update_nodegroup_version
        asked = {"clusterName": cluster, "nodegroupName": group}
        code, words = refusal(update, **asked, version="1.36")
        assert code == INVALID
        assert "greater than the control plane's version" in words
        assert refusal(update, **asked, version="1.99") == (
            INVALID,
            "unsupported Kubernetes version 1.99",
        )


class TestUpdates:
    def where(self, cluster, group):
        return {"clusterName": cluster, "nodegroupName": group["nodegroupName"]}

    def test_a_minimum_above_the_desired_size_is_refused(self, aws, cluster):
        where = self.where(cluster, aws.nodegroup(cluster))
        update = aws.client("eks").update_nodegroup_config
        assert refusal(update, **where, scalingConfig={"minSize": 3}) == (
            INVALID,
            "Minimum capacity 3 can't be greater than desired size 2",
        )
        assert refusal(update, **where, scalingConfig={"desiredSize": 5}) == (
            INVALID,
            "desiredSize can't be greater than maxSize",
        )

    def test_two_updates_at_a_time_are_refused(self, aws, cluster):
        where = self.where(cluster, aws.nodegroup(cluster))
        eks = aws.client("eks")
        with aws.at_speed(1):
            eks.update_nodegroup_config(**where, scalingConfig={"desiredSize": 3})
        expected = (
            "ResourceInUseException",
            "Nodegroup cannot be updated as it is currently not in Active State",
        )
        asked = {"scalingConfig": {"desiredSize": 4}}
        assert refusal(eks.update_nodegroup_config, **where, **asked) == expected
        assert refusal(eks.update_nodegroup_version, **where) == expected

    def test_a_refused_update_changes_nothing(self, aws, cluster):
        group = aws.nodegroup(cluster, labels={"team": "a"})
        update = aws.client("eks").update_nodegroup_config
        asked = {
            "scalingConfig": {"desiredSize": 3},
            "labels": {"addOrUpdateLabels": {"team": "not ok"}},
        }
        assert refusal(update, **self.where(cluster, group), **asked)[0] == INVALID
        after = aws.settled(cluster, group["nodegroupName"])
        assert after["scalingConfig"] == group["scalingConfig"]
        assert after["labels"] == group["labels"]

    def test_another_launch_template_is_refused(self, aws, cluster):
        first, second = (template(aws, InstanceType="t3.medium") for _ in range(2))
        other = {"id": second["LaunchTemplateId"]}
        update = aws.client("eks").update_nodegroup_version
        for own in ({"launchTemplate": {"id": first["LaunchTemplateId"]}}, {}):
            where = self.where(cluster, aws.nodegroup(cluster, **own))
            code, words = refusal(update, **where, launchTemplate=other)
            assert code == INVALID
            assert "created with" in words

    def test_nodes_of_an_image_of_ones_own_follow_the_template_alone(self, aws, cluster):
        told = base64.b64encode(f"/etc/eks/bootstrap.sh {cluster}".encode()).decode()
        own = template(aws, ImageId=image(aws), InstanceType="t3.medium", UserData=told)
        asked = {"id": own["LaunchTemplateId"], "version": "1"}
        group = aws.nodegroup(cluster, launchTemplate=asked)
        assert group["amiType"] == "CUSTOM"
        where = self.where(cluster, group)
        update = aws.client("eks").update_nodegroup_version
        assert refusal(update, **where, version="1.36", launchTemplate=asked) == (
            INVALID,
            "You cannot specify the field kubernetesVersion when using custom AMIs.",
        )
        assert refusal(update, **where) == (
            INVALID,
            "Launch template details can't be null for Custom ami type node group",
        )
