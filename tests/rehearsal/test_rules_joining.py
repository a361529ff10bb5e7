"""What an instance needs to become a node, and a node to be Ready: one test breaks one thing."""

import json

import pytest

from tests.rehearsal.emulator import NODE_POLICIES, REGION, until
from tests.rehearsal.stage import Stage, pause

NOT_JOINED = "Instances failed to join the kubernetes cluster"
UNHEALTHY = "Unhealthy nodes in the kubernetes cluster"
FINE = ("ACTIVE", "")
PRIVATE = {"endpointPublicAccess": False, "endpointPrivateAccess": True}
PUBLIC = {"endpointPublicAccess": True, "endpointPrivateAccess": False}
SERVICES = ("ec2", "ecr.api", "ecr.dkr", "s3")


@pytest.fixture
def stage(aws):
    return Stage(aws)


def test_on_the_whole_stage_nodes_join(stage):
    assert stage.outcome() == FINE


class TestNetworkPlugin:
    def test_nodes_without_one_are_unhealthy(self, aws):
        stage = Stage(aws, plugin=False)
        assert stage.outcome() == (
            UNHEALTHY,
            "container runtime network not ready: no network plugin",
        )
        assert {node["status"] for node in aws.nodes(stage.cluster)} == {"NotReady"}

    def test_the_one_that_eks_installs_will_do(self, aws):
        assert Stage(aws, plugin=False, bootstrapSelfManagedAddons=True).outcome() == FINE

    def test_one_that_comes_while_nodes_wait_is_in_time(self, aws):
        stage = Stage(aws, plugin=False)
        with aws.at_speed(1000):
            name = stage.start()
            until(lambda: len(aws.nodes(stage.cluster)) == 2, "the nodes have joined")
            assert stage.describe(name)["status"] == "CREATING"
            stage.addon("vpc-cni")
            stage.settled(name, "ACTIVE")


class TestWayToTheApi:
    def test_a_private_endpoint_needs_dns_names_in_the_vpc(self, aws):
        stage = Stage(aws, vpc=PRIVATE)
        stage.ec2.modify_vpc_attribute(VpcId=stage.vpc, EnableDnsHostnames={"Value": False})
        assert stage.outcome() == (
            NOT_JOINED,
            "the VPC has DNS support or DNS host names turned off",
        )

    def test_security_groups_let_nodes_in_on_443(self, stage):
        own = stage.security_group()
        template = stage.template(SecurityGroupIds=[own])
        assert stage.outcome(launchTemplate=template) == (
            NOT_JOINED,
            "security groups do not let it connect to the control plane, TCP 443",
        )
        permission = {
            "IpProtocol": "tcp",
            "FromPort": 443,
            "ToPort": 443,
            "UserIdGroupPairs": [{"GroupId": own}],
        }
        stage.ec2.authorize_security_group_ingress(GroupId=stage.group, IpPermissions=[permission])
        assert stage.outcome(launchTemplate=template) == FINE

    def test_security_groups_let_nodes_out(self, stage):
        own = stage.security_group()
        everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
        stage.ec2.revoke_security_group_egress(GroupId=own, IpPermissions=everything)
        message, reason = stage.outcome(launchTemplate=stage.template(SecurityGroupIds=[own]))
        assert (message, reason) == (NOT_JOINED, "it does not reach ec2")

    def test_a_public_endpoint_needs_a_way_out(self, aws):
        stage = Stage(aws, nat=False, vpc=PUBLIC)
        stage.endpoint("ec2")
        assert stage.outcome() == (
            NOT_JOINED,
            "it has no way to the public endpoint, and there is no private one",
        )

    def test_a_public_endpoint_is_open_to_the_nat_gateways_address(self, aws):
        stage = Stage(aws, vpc={**PUBLIC, "publicAccessCidrs": ["192.0.2.0/24"]})
        assert stage.outcome() == (
            NOT_JOINED,
            f"it comes from {stage.address}, and the endpoint is open to 192.0.2.0/24",
        )
        stage.eks.update_cluster_config(
            name=stage.cluster,
            resourcesVpcConfig={"publicAccessCidrs": ["192.0.2.0/24", f"{stage.address}/32"]},
        )
        until(lambda: aws.describe(stage.cluster)["status"] == "ACTIVE", "the update is done")
        assert stage.outcome() == FINE

    def test_a_private_endpoint_is_taken_before_the_public_one(self, aws):
        stage = Stage(
            aws, vpc={"endpointPrivateAccess": True, "publicAccessCidrs": ["192.0.2.0/24"]}
        )
        assert stage.outcome() == FINE


class TestWayToAws:
    def test_without_nat_gateway_and_endpoints_nothing_joins(self, aws):
        assert Stage(aws, nat=False).outcome() == (NOT_JOINED, "it does not reach ec2")

    def test_a_route_to_a_nat_gateway_that_is_gone_is_none(self, stage):
        stage.close_nat()
        assert stage.outcome() == (NOT_JOINED, "it does not reach ec2")

    def test_a_nat_gateway_in_a_private_subnet_leads_nowhere(self, aws):
        stage = Stage(aws, nat=False)
        stage.open_nat(stage.private[0])
        assert stage.outcome() == (NOT_JOINED, "it does not reach ec2")

    def test_a_nat_gateway_that_is_available_in_time_is_enough(self, aws):
        stage = Stage(aws, nat=False)
        with aws.at_speed(500):
            stage.open_nat()
            name = stage.start()
            assert stage.nat_state() == "pending"
            stage.settled(name, "ACTIVE")

    def test_a_public_subnet_needs_no_nat_gateway(self, aws):
        stage = Stage(aws, nat=False)
        assert stage.outcome(subnets=[stage.public]) == FINE

    def test_endpoints_take_the_place_of_a_nat_gateway(self, aws):
        stage = Stage(aws, nat=False, vpc=PRIVATE)
        for service in SERVICES:
            stage.endpoint(service)
        assert stage.outcome() == FINE

    @pytest.mark.parametrize("missing", SERVICES)
    def test_each_endpoint_is_needed(self, aws, missing):
        stage = Stage(aws, nat=False, vpc=PRIVATE)
        for service in SERVICES:
            if service != missing:
                stage.endpoint(service)
        message, reason = stage.outcome()
        assert message == (NOT_JOINED if missing == "ec2" else UNHEALTHY)
        assert reason.endswith(f"it does not reach {missing}")

    def test_a_closed_endpoint_hides_the_open_internet(self, stage):
        stage.endpoint("ecr.api", [stage.security_group()])
        assert stage.outcome() == (
            UNHEALTHY,
            "images cannot be pulled: it does not reach ecr.api",
        )


class TestRole:
    @pytest.mark.parametrize(
        ("missing", "message", "lacking"),
        [
            ("AmazonEKSWorkerNodePolicy", NOT_JOINED, "ec2:DescribeInstances"),
            ("AmazonEC2ContainerRegistryPullOnly", UNHEALTHY, "ecr:GetAuthorizationToken"),
            ("AmazonEKS_CNI_Policy", UNHEALTHY, "ec2:AssignPrivateIpAddresses"),
        ],
    )
    def test_each_policy_is_needed(self, aws, missing, message, lacking):
        policies = [policy for policy in NODE_POLICIES if policy != missing]
        if missing == "AmazonEKSWorkerNodePolicy":
            # The network plugin's policy lets describe instances, too.
            policies = ["AmazonEC2ContainerRegistryPullOnly"]
        role = aws.role("ec2.amazonaws.com", *policies)
        told, reason = Stage(aws).outcome(nodeRole=role)
        assert told == message
        assert f"{role} may not " in reason
        assert lacking in reason

    def test_a_policy_of_ones_own_will_do(self, aws):
        role = aws.role("ec2.amazonaws.com", "AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy")
        statement = {
            "Effect": "Allow",
            "Action": ["ecr:Get*", "ecr:BatchGetImage"],
            "Resource": "*",
        }
        aws.client("iam").put_role_policy(
            RoleName=role.rpartition("/")[2],
            PolicyName="images",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )
        assert Stage(aws).outcome(nodeRole=role) == FINE

    def test_a_denial_counts_more_than_a_permission(self, aws):
        role = aws.role("ec2.amazonaws.com")
        statement = {"Effect": "Deny", "Action": "ecr:*", "Resource": "*"}
        aws.client("iam").put_role_policy(
            RoleName=role.rpartition("/")[2],
            PolicyName="images",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )
        assert Stage(aws).outcome(nodeRole=role)[0] == UNHEALTHY


class TestAccess:
    def test_an_entry_of_another_type_does_not_let_nodes_in(self, stage):
        role = stage.aws.role("ec2.amazonaws.com")
        stage.eks.create_access_entry(clusterName=stage.cluster, principalArn=role)
        assert stage.outcome(nodeRole=role) == (
            NOT_JOINED,
            f"the cluster has no access entry for nodes with {role}",
        )

    def test_where_access_entries_are_off_eks_writes_the_config_map(self, aws):
        stage = Stage(aws, accessConfig={"authenticationMode": "CONFIG_MAP"})
        assert stage.outcome() == FINE

    def test_an_entry_that_is_deleted_later_degrades_the_group_until_it_is_back(self, stage):
        name = stage.start()
        role = stage.settled(name, "ACTIVE")["nodeRole"]
        entry = {"clusterName": stage.cluster, "principalArn": role}
        stage.eks.delete_access_entry(**entry)
        (issue,) = stage.settled(name, "DEGRADED")["health"]["issues"]
        assert (issue["code"], issue["resourceIds"]) == ("AccessDenied", [role])
        stage.eks.create_access_entry(**entry, type="EC2_LINUX")
        assert stage.settled(name, "ACTIVE")["health"]["issues"] == []


NODE_CONFIG = """\
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="//"

--//
Content-Type: application/node.eks.aws

apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  cluster:
    name: {name}
    apiServerEndpoint: {endpoint}
    certificateAuthority: {authority}
    cidr: {cidr}

--//--
"""


class TestUserData:
    @pytest.fixture
    def image(self, aws):
        name = "/aws/service/eks/optimized-ami/1.36/amazon-linux-2023/x86_64/standard"
        return aws.client("ssm").get_parameter(Name=f"{name}/recommended/image_id")["Parameter"][
            "Value"
        ]

    def facts(self, stage):
        cluster = stage.aws.describe(stage.cluster)
        return {
            "name": cluster["name"],
            "endpoint": cluster["endpoint"],
            "authority": cluster["certificateAuthority"]["data"],
            "cidr": cluster["kubernetesNetworkConfig"]["serviceIpv4Cidr"],
        }

    def outcome(self, stage, image, user_data):
        return stage.outcome(launchTemplate=stage.template(user_data, ImageId=image))

    def test_a_custom_image_is_told_of_its_cluster(self, stage, image):
        assert self.outcome(stage, image, NODE_CONFIG.format(**self.facts(stage))) == FINE

    @pytest.mark.parametrize(
        ("wrong", "reason"),
        [
            ({"name": "other"}, "its user data names cluster 'other'"),
            ({"endpoint": "https://other.example"}, "names the endpoint https://other.example"),
            ({"authority": "AAAA"}, "names another certificate authority"),
            ({"cidr": ""}, "its NodeConfig lacks cidr"),
        ],
    )
    def test_what_it_is_told_is_right(self, stage, image, wrong, reason):
        told = self.outcome(stage, image, NODE_CONFIG.format(**{**self.facts(stage), **wrong}))
        assert told[0] == NOT_JOINED
        assert reason in told[1]

    def test_a_custom_image_without_user_data_joins_nothing(self, stage, image):
        assert self.outcome(stage, image, None) == (
            NOT_JOINED,
            "its user data tells of no cluster",
        )

    def test_the_script_of_older_images_names_the_cluster_only(self, stage, image):
        script = f"#!/bin/bash\n/etc/eks/bootstrap.sh {stage.cluster}\n"
        assert self.outcome(stage, image, script) == FINE
        assert self.outcome(stage, image, script.replace(stage.cluster, "x"))[0] == NOT_JOINED

    def test_so_do_bottlerockets_settings(self, stage, image):
        settings = f'[settings.kubernetes]\ncluster-name = "{stage.cluster}"\n'
        assert self.outcome(stage, image, settings) == FINE

    def test_user_data_beside_eks_own_is_multipart(self, stage):
        template = stage.template("#!/bin/bash\necho hello\n")
        name = stage.start(launchTemplate=template)
        (issue,) = stage.settled(name, "CREATE_FAILED")["health"]["issues"]
        assert (issue["code"], issue["message"], issue["resourceIds"]) == (
            "Ec2LaunchTemplateInvalidConfiguration",
            "User data was not in the MIME multipart format.",
            [template["id"]],
        )

    def test_that_of_bottlerocket_is_toml(self, stage):
        asked = {"amiType": "BOTTLEROCKET_x86_64"}
        template = stage.template("#!/bin/bash\necho hello\n")
        name = stage.start(launchTemplate=template, **asked)
        (issue,) = stage.settled(name, "CREATE_FAILED")["health"]["issues"]
        assert (issue["code"], issue["message"], issue["resourceIds"]) == (
            "Ec2LaunchTemplateInvalidConfiguration",
            "User data was not a TOML format that could be processed.",
            [template["id"]],
        )
        template = stage.template("[settings.kubernetes]\nmax-pods = 20\n")
        assert stage.outcome(launchTemplate=template, **asked) == FINE


class TestVersionSkew:
    def test_a_kubelet_newer_than_the_control_plane_does_not_join(self, aws):
        stage = Stage(aws, version="1.35")
        path = "/aws/service/eks/optimized-ami/1.36/amazon-linux-2023/x86_64/standard/recommended"
        found = aws.client("ssm").get_parameter(Name=f"{path}/image_id")["Parameter"]["Value"]
        told = f"#!/bin/bash\n/etc/eks/bootstrap.sh {stage.cluster}\n"
        message, reason = stage.outcome(launchTemplate=stage.template(told, ImageId=found))
        assert message == NOT_JOINED
        assert reason.startswith("its kubelet is v1.36.")


class TestSubnets:
    def test_public_subnets_give_public_addresses(self, stage):
        off = {"Value": False}
        stage.ec2.modify_subnet_attribute(SubnetId=stage.public, MapPublicIpOnLaunch=off)
        name = stage.start(subnets=[stage.public])
        first, *_ = stage.settled(name, "CREATE_FAILED")["health"]["issues"]
        assert first["code"] == "Ec2SubnetInvalidConfiguration"
        assert first["message"].startswith(
            f"One or more Amazon EC2 Subnets of [{stage.public}] for node group {name} does not "
            "automatically assign public IP addresses to instances launched into it."
        )
        assert first["resourceIds"] == [stage.public]

    def test_what_a_full_subnet_refuses_another_takes_but_the_group_fails(self, stage):
        tiny = stage.ec2.create_subnet(
            VpcId=stage.vpc, CidrBlock="10.0.99.0/28", AvailabilityZone=f"{REGION}b"
        )["Subnet"]["SubnetId"]
        stage.ec2.associate_route_table(RouteTableId=stage.table, SubnetId=tiny)
        scaling = {"minSize": 26, "desiredSize": 26, "maxSize": 26}
        name = stage.start(subnets=[tiny, stage.private[0]], scalingConfig=scaling)
        (issue,) = stage.settled(name, "CREATE_FAILED")["health"]["issues"]
        assert (issue["code"], issue["resourceIds"]) == ("InsufficientFreeAddresses", [tiny])
        places = [instance["SubnetId"] for instance in stage.aws.instances(name)]
        assert (places.count(tiny), len(places)) == (11, 26)

    def test_what_cannot_be_launched_is_tried_again(self, stage):
        tiny = stage.ec2.create_subnet(
            VpcId=stage.vpc, CidrBlock="10.0.99.0/28", AvailabilityZone=f"{REGION}b"
        )["Subnet"]["SubnetId"]
        stage.ec2.associate_route_table(RouteTableId=stage.table, SubnetId=tiny)
        taken = [
            stage.ec2.create_network_interface(SubnetId=tiny)["NetworkInterface"][
                "NetworkInterfaceId"
            ]
            for _ in range(11)
        ]
        with stage.aws.at_speed(500):
            name = stage.start(subnets=[tiny])
            (issue,) = stage.describe(name)["health"]["issues"]
            assert issue["code"] == "InsufficientFreeAddresses"
            for interface in taken:
                stage.ec2.delete_network_interface(NetworkInterfaceId=interface)
            assert stage.settled(name, "ACTIVE")["health"]["issues"] == []


class TestLater:
    def test_eks_waits_before_it_gives_up(self, aws):
        stage = Stage(aws, nat=False)
        with aws.at_speed(1000):
            name = stage.start()
            until(lambda: stage.aws.log.read_text().count(f"/{name}: i-") == 2, "they have tried")
            assert stage.describe(name)["status"] == "CREATING"
            assert stage.describe(name)["health"]["issues"] == []
            (issue,) = stage.settled(name, "CREATE_FAILED")["health"]["issues"]
        running = {instance["InstanceId"] for instance in aws.instances(name)}
        assert set(issue["resourceIds"]) == running

    def test_a_failed_group_stays_failed_though_its_nodes_join_at_last(self, aws):
        stage = Stage(aws, nat=False)
        name = stage.start()
        stage.settled(name, "CREATE_FAILED")
        stage.open_nat()
        until(lambda: stage.nat_state() == "available", "the NAT gateway is available")
        until(lambda: len(aws.nodes(stage.cluster)) == 2, "the nodes have joined")
        assert stage.describe(name)["status"] == "CREATE_FAILED"

    def test_nodes_that_lose_the_api_degrade_the_group(self, aws):
        stage = Stage(aws, vpc=PUBLIC)
        name = stage.start()
        stage.settled(name, "ACTIVE")
        stage.close_nat()
        (issue,) = stage.settled(name, "DEGRADED")["health"]["issues"]
        assert (issue["code"], issue["message"]) == ("NodeCreationFailure", UNHEALTHY)

    def test_new_nodes_that_do_not_join_degrade_a_group(self, stage):
        name = stage.start()
        stage.settled(name, "ACTIVE")
        stage.close_nat()
        scaling = {"minSize": 1, "desiredSize": 3, "maxSize": 4}
        stage.eks.update_nodegroup_config(
            clusterName=stage.cluster, nodegroupName=name, scalingConfig=scaling
        )
        (issue,) = stage.settled(name, "DEGRADED")["health"]["issues"]
        assert (issue["message"], len(issue["resourceIds"])) == (NOT_JOINED, 1)

    def test_ready_nodes_stay_ready_without_what_they_needed_to_get_there(self, stage):
        name = stage.start()
        stage.settled(name, "ACTIVE")
        stage.close_nat()
        stage.eks.delete_addon(clusterName=stage.cluster, addonName="vpc-cni")
        pause()
        assert stage.describe(name)["status"] == "ACTIVE"

    def test_a_role_that_is_deleted_degrades_the_group(self, stage):
        name = stage.start()
        arn = stage.settled(name, "ACTIVE")["nodeRole"]
        iam, role = stage.aws.client("iam"), arn.rpartition("/")[2]
        for policy in NODE_POLICIES:
            iam.detach_role_policy(RoleName=role, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
        for profile in iam.list_instance_profiles_for_role(RoleName=role)["InstanceProfiles"]:
            iam.remove_role_from_instance_profile(
                InstanceProfileName=profile["InstanceProfileName"], RoleName=role
            )
        iam.delete_role(RoleName=role)
        issues = stage.settled(name, "DEGRADED")["health"]["issues"]
        assert issues[0]["code"] == "IamNodeRoleNotFound"

    def test_the_template_that_eks_made_is_left_alone(self, stage):
        name = stage.start()
        stage.settled(name, "ACTIVE")
        uid = stage.describe(name)["resources"]["autoScalingGroups"][0]["name"][-36:]
        stage.ec2.delete_launch_template(LaunchTemplateName=f"eks-{uid}")
        codes = {issue["code"] for issue in stage.settled(name, "DEGRADED")["health"]["issues"]}
        assert "Ec2LaunchTemplateNotFound" in codes

    def test_an_update_whose_nodes_do_not_join_fails_and_is_rolled_back(self, stage):
        template = stage.template()
        name = stage.start(launchTemplate=template)
        stage.settled(name, "ACTIVE")
        before = {instance["InstanceId"] for instance in stage.aws.instances(name)}
        stage.ec2.create_launch_template_version(
            LaunchTemplateId=template["id"],
            LaunchTemplateData={"SecurityGroupIds": [stage.security_group()]},
        )
        update = stage.eks.update_nodegroup_version(
            clusterName=stage.cluster,
            nodegroupName=name,
            launchTemplate={"id": template["id"], "version": "2"},
        )["update"]
        where = {"name": stage.cluster, "nodegroupName": name, "updateId": update["id"]}
        until(
            lambda: stage.eks.describe_update(**where)["update"]["status"] != "InProgress",
            "the update has ended",
        )
        ended = stage.eks.describe_update(**where)["update"]
        (error,) = ended["errors"]
        assert (ended["status"], error["errorCode"], error["errorMessage"]) == (
            "Failed",
            "NodeCreationFailure",
            f"Couldn't proceed with upgrade process as new nodes are not joining node group {name}",
        )
        group = stage.settled(name, "ACTIVE")
        assert group["launchTemplate"]["version"] == "1"
        assert {instance["InstanceId"] for instance in stage.aws.instances(name)} == before
