"""The resources of the dev stack, without components, checks or a declared order."""

import json
import os

import pulumi
import pulumi_aws as aws

REGION = "ap-northeast-2"
NAME = "floor"
GROUPS = int(os.environ.get("FLOOR_NODE_GROUPS", "1"))
provider = aws.Provider("aws", region=REGION)
opts = pulumi.ResourceOptions(provider=provider)
# Without these nodes do not join, and nothing else says so.
needed_by_nodes: list[pulumi.Resource] = []


def trust(service: str, *actions: str) -> str:
    """A trust policy."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": ["sts:AssumeRole", *actions],
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def role(name: str, policy: str, *names: str) -> aws.iam.Role:
    """A role with managed policies."""
    made = aws.iam.Role(name, assume_role_policy=policy, opts=opts)
    for it in names:
        attached = aws.iam.RolePolicyAttachment(
            f"{name}-{it}", role=made.name, policy_arn=f"arn:aws:iam::aws:policy/{it}", opts=opts
        )
        needed_by_nodes.append(attached)
    return made


vpc = aws.ec2.Vpc(NAME, cidr_block="10.0.0.0/16", enable_dns_hostnames=True, opts=opts)
aws.ec2.DefaultSecurityGroup(NAME, vpc_id=vpc.id, opts=opts)
gateway = aws.ec2.InternetGateway(NAME, vpc_id=vpc.id, opts=opts)
public_table = aws.ec2.RouteTable(f"{NAME}-public", vpc_id=vpc.id, opts=opts)
public_route = aws.ec2.Route(
    f"{NAME}-public",
    route_table_id=public_table.id,
    destination_cidr_block="0.0.0.0/0",
    gateway_id=gateway.id,
    opts=opts,
)
needed_by_nodes.append(public_route)
private: list[aws.ec2.Subnet] = []
public: list[aws.ec2.Subnet] = []
for index, zone in enumerate("abc"):
    for tier, subnets, block in (
        ("private", private, f"10.0.{index * 32}.0/19"),
        ("public", public, f"10.0.{192 + index * 4}.0/22"),
    ):
        subnets.append(
            aws.ec2.Subnet(
                f"{NAME}-{tier}-{zone}",
                vpc_id=vpc.id,
                cidr_block=block,
                availability_zone=f"{REGION}{zone}",
                opts=opts,
            )
        )
address = aws.ec2.Eip(NAME, domain="vpc", opts=opts)
nat = aws.ec2.NatGateway(
    NAME,
    subnet_id=public[0].id,
    allocation_id=address.allocation_id,
    # AWS refuses it where the way out is not there yet.
    opts=pulumi.ResourceOptions(provider=provider, depends_on=[gateway]),
)
for index, zone in enumerate("abc"):
    table = aws.ec2.RouteTable(f"{NAME}-private-{zone}", vpc_id=vpc.id, opts=opts)
    route = aws.ec2.Route(
        f"{NAME}-private-{zone}",
        route_table_id=table.id,
        destination_cidr_block="0.0.0.0/0",
        nat_gateway_id=nat.id,
        opts=opts,
    )
    needed_by_nodes.append(route)
    for tier, subnet, its_table in (
        ("private", private[index], table),
        ("public", public[index], public_table),
    ):
        associated = aws.ec2.RouteTableAssociation(
            f"{NAME}-{tier}-{zone}", route_table_id=its_table.id, subnet_id=subnet.id, opts=opts
        )
        needed_by_nodes.append(associated)

key = aws.kms.Key(NAME, enable_key_rotation=True, opts=opts)
aws.kms.Alias(NAME, name=f"alias/eks/{NAME}", target_key_id=key.key_id, opts=opts)
logs = aws.cloudwatch.LogGroup(NAME, name=f"/aws/eks/{NAME}/cluster", opts=opts)
cluster_role = role(
    f"{NAME}-cluster",
    trust("eks.amazonaws.com", "sts:TagSession"),
    "AmazonEKSClusterPolicy",
)
node_role = role(
    f"{NAME}-nodes",
    trust("ec2.amazonaws.com"),
    "AmazonEKSWorkerNodePolicy",
    "AmazonEC2ContainerRegistryPullOnly",
)
cni_role = role(
    f"{NAME}-vpc-cni", trust("pods.eks.amazonaws.com", "sts:TagSession"), "AmazonEKS_CNI_Policy"
)
cluster = aws.eks.Cluster(
    NAME,
    name=NAME,
    role_arn=cluster_role.arn,
    version="1.36",
    bootstrap_self_managed_addons=False,
    access_config=aws.eks.ClusterAccessConfigArgs(authentication_mode="API"),
    vpc_config=aws.eks.ClusterVpcConfigArgs(
        subnet_ids=[subnet.id for subnet in private],
        endpoint_private_access=True,
        endpoint_public_access=False,
    ),
    encryption_config=aws.eks.ClusterEncryptionConfigArgs(
        provider=aws.eks.ClusterEncryptionConfigProviderArgs(key_arn=key.arn),
        resources=["secrets"],
    ),
    opts=opts,
)
cni_identity = aws.eks.AddonPodIdentityAssociationArgs(
    role_arn=cni_role.arn, service_account="aws-node"
)
addons = [
    aws.eks.Addon(
        f"{NAME}-{name}",
        cluster_name=cluster.name,
        addon_name=name,
        pod_identity_associations=[cni_identity] if name == "vpc-cni" else None,
        opts=opts,
    )
    for name in ("vpc-cni", "kube-proxy", "eks-pod-identity-agent")
]
groups: list[aws.eks.NodeGroup] = []
for number in range(GROUPS):
    template = aws.ec2.LaunchTemplate(f"{NAME}-{number}", opts=opts)
    group = aws.eks.NodeGroup(
        f"{NAME}-{number}",
        cluster_name=cluster.name,
        node_role_arn=node_role.arn,
        subnet_ids=[subnet.id for subnet in private],
        instance_types=["t3.medium"],
        scaling_config=aws.eks.NodeGroupScalingConfigArgs(min_size=2, desired_size=2, max_size=2),
        launch_template=aws.eks.NodeGroupLaunchTemplateArgs(
            id=template.id, version=template.latest_version.apply(str)
        ),
        opts=pulumi.ResourceOptions(provider=provider, depends_on=[*addons, *needed_by_nodes]),
    )
    groups.append(group)
aws.eks.Addon(
    f"{NAME}-coredns",
    cluster_name=cluster.name,
    addon_name="coredns",
    opts=pulumi.ResourceOptions(provider=provider, depends_on=groups),
)
