"""A whole stack, by boto3, from nothing to nothing in an embedded AWS of its own."""

import base64

import pytest

from tests.rehearsal.emulator import REGION, running, until

NODE_POLICIES = ("AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly")
# What AWS puts into a VPC together with it.
WITH_A_VPC = {"route-table", "security-group"}
EC2_NETWORK = ("vpc", "subnet", "route-table", "internet-gateway", "nat-gateway", "elastic-ip")
EC2_NODES = ("network-interface", "security-group", "launch-template", "instance", "volume")
A_STACK = {
    *(f"ec2/{kind}" for kind in (*EC2_NETWORK, *EC2_NODES)),
    *(f"eks/{kind}" for kind in ("cluster", "nodegroup", "addon", "access-entry")),
    *("iam/role", "iam/instance-profile", "autoscaling/auto-scaling-group"),
    *("kms/key", "kms/alias", "logs/log-group"),
}


@pytest.fixture
def fresh():
    with running() as emulator:
        yield emulator


def test_a_stack_comes_and_goes_and_leaves_nothing(fresh):  # noqa: PLR0915 - it is one story
    assert fresh.inventory() == []
    ec2, eks, iam = (fresh.client(service) for service in ("ec2", "eks", "iam"))
    kms, logs = fresh.client("kms"), fresh.client("logs")

    vpc = fresh.vpc()
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    subnets = fresh.subnets(vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    association = ec2.associate_route_table(RouteTableId=table, SubnetId=subnets[0])
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=subnets[0], AllocationId=address)["NatGateway"]
    group = ec2.create_security_group(GroupName="extra", Description="d", VpcId=vpc)["GroupId"]
    template = ec2.create_launch_template(
        LaunchTemplateName="nodes",
        LaunchTemplateData={
            "MetadataOptions": {"HttpTokens": "required"},
            "UserData": base64.b64encode(b"x").decode(),
            "BlockDeviceMappings": [
                {
                    "DeviceName": "/dev/xvda",
                    "Ebs": {"VolumeSize": 30, "VolumeType": "gp3", "Encrypted": True},
                }
            ],
        },
    )["LaunchTemplate"]["LaunchTemplateId"]
    key = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/dev", TargetKeyId=key["KeyId"])
    logs.create_log_group(logGroupName="/aws/eks/dev/cluster")
    cluster_role, node_role = fresh.role("eks.amazonaws.com"), fresh.role("ec2.amazonaws.com")
    for policy in NODE_POLICIES:
        iam.attach_role_policy(
            RoleName=node_role.rpartition("/")[2], PolicyArn=f"arn:aws:iam::aws:policy/{policy}"
        )
    fresh.cluster(
        name="dev",
        roleArn=cluster_role,
        resourcesVpcConfig={"subnetIds": subnets, "securityGroupIds": [group]},
        encryptionConfig=[{"resources": ["secrets"], "provider": {"keyArn": key["Arn"]}}],
        bootstrapSelfManagedAddons=False,
    )
    eks.create_addon(clusterName="dev", addonName="vpc-cni")
    fresh.nodegroup("dev", nodeRole=node_role, launchTemplate={"id": template})
    eks.create_addon(clusterName="dev", addonName="coredns")

    assert {f"{one['service']}/{one['type']}" for one in fresh.inventory()} == A_STACK
    assert {one["region"] for one in fresh.inventory()} == {REGION, "global"}

    eks.delete_addon(clusterName="dev", addonName="coredns")
    nodegroup = eks.list_nodegroups(clusterName="dev")["nodegroups"][0]
    eks.delete_nodegroup(clusterName="dev", nodegroupName=nodegroup)
    until(lambda: not eks.list_nodegroups(clusterName="dev")["nodegroups"], "nodes are gone")
    eks.delete_addon(clusterName="dev", addonName="vpc-cni")
    eks.delete_cluster(name="dev")
    until(lambda: not eks.list_clusters()["clusters"], "the cluster is gone")
    for policy in NODE_POLICIES:
        iam.detach_role_policy(
            RoleName=node_role.rpartition("/")[2], PolicyArn=f"arn:aws:iam::aws:policy/{policy}"
        )
    iam.detach_role_policy(
        RoleName=cluster_role.rpartition("/")[2],
        PolicyArn="arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
    )
    for role in (cluster_role, node_role):
        iam.delete_role(RoleName=role.rpartition("/")[2])
    logs.delete_log_group(logGroupName="/aws/eks/dev/cluster")
    kms.delete_alias(AliasName="alias/dev")
    kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)
    ec2.delete_launch_template(LaunchTemplateId=template)
    ec2.delete_security_group(GroupId=group)
    ec2.delete_nat_gateway(NatGatewayId=nat["NatGatewayId"])
    states = {"NatGatewayIds": [nat["NatGatewayId"]]}
    until(
        lambda: ec2.describe_nat_gateways(**states)["NatGateways"][0]["State"] == "deleted",
        "the NAT gateway is gone",
    )
    ec2.release_address(AllocationId=address)
    ec2.disassociate_route_table(AssociationId=association["AssociationId"])
    ec2.delete_route_table(RouteTableId=table)
    for subnet in subnets:
        ec2.delete_subnet(SubnetId=subnet)
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    ec2.delete_internet_gateway(InternetGatewayId=gateway)
    assert {one["type"] for one in fresh.inventory()} == {"vpc"} | WITH_A_VPC
    ec2.delete_vpc(VpcId=vpc)
    assert fresh.inventory() == []
