"""Pieces of Pulumi programs, to be put after each other.

They begin where `engine.Project` leaves off: with the provider in `mine` and with
`choose(NAME, default)`, which reads a setting from the environment.
"""

NETWORK = """
vpc = aws.ec2.Vpc(
    "net", cidr_block="10.0.0.0/16", enable_dns_hostnames=True, tags={"Name": "net"}, opts=mine
)
gateway = aws.ec2.InternetGateway("door", vpc_id=vpc.id, opts=mine)
subnets = [
    aws.ec2.Subnet(
        f"zone-{zone}",
        vpc_id=vpc.id,
        cidr_block=f"10.0.{i}.0/24",
        availability_zone=f"ap-northeast-2{zone}",
        map_public_ip_on_launch=True if choose("PUBLIC", "") == zone else None,
        opts=mine,
    )
    for i, zone in enumerate("ac")
]
"""

EGRESS = """
address = aws.ec2.Eip(
    "nat",
    domain="vpc",
    opts=pulumi.ResourceOptions(provider=provider, depends_on=[gateway]),
)
nat = aws.ec2.NatGateway(
    "nat", allocation_id=address.allocation_id, subnet_id=subnets[0].id, opts=mine
)
public = aws.ec2.RouteTable(
    "public",
    vpc_id=vpc.id,
    routes=[{"cidr_block": "0.0.0.0/0", "gateway_id": gateway.id}],
    opts=mine,
)
private = aws.ec2.RouteTable("private", vpc_id=vpc.id, opts=mine)
route = aws.ec2.Route(
    "out",
    route_table_id=private.id,
    destination_cidr_block="0.0.0.0/0",
    nat_gateway_id=nat.id,
    opts=mine,
)
associated = [
    aws.ec2.RouteTableAssociation(
        f"uses-{i}",
        route_table_id=(public if i == 0 else private).id,
        subnet_id=subnet.id,
        opts=mine,
    )
    for i, subnet in enumerate(subnets)
]
"""

FIREWALL = """
closed = aws.ec2.DefaultSecurityGroup("closed", vpc_id=vpc.id, opts=mine)
inline = aws.ec2.SecurityGroup(
    "inline",
    vpc_id=vpc.id,
    description="with rules of its own",
    ingress=[
        {
            "protocol": "tcp",
            "from_port": 443,
            "to_port": 443,
            "cidr_blocks": [choose("FROM", "10.0.0.0/8")],
            "description": "https",
        }
    ],
    opts=mine,
)
plain = aws.ec2.SecurityGroup("plain", vpc_id=vpc.id, opts=mine)
aws.vpc.SecurityGroupIngressRule(
    "in",
    security_group_id=plain.id,
    ip_protocol="tcp",
    from_port=443,
    to_port=443,
    referenced_security_group_id=inline.id,
    description=choose("RULE", "from the other"),
    opts=mine,
)
aws.vpc.SecurityGroupEgressRule(
    "out", security_group_id=plain.id, ip_protocol="-1", cidr_ipv4="0.0.0.0/0", opts=mine
)
"""

ACCOUNT = """
key = aws.kms.Key(
    "key", description="secrets", enable_key_rotation=True, deletion_window_in_days=7, opts=mine
)
aws.kms.Alias("key", target_key_id=key.key_id, opts=mine)
logs = aws.cloudwatch.LogGroup(
    "logs", name="/tests/@NAME@", retention_in_days=int(choose("DAYS", "30")), opts=mine
)
"""

NODE_PARTS = """
def trust(service):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
    }
    return {"Version": "2012-10-17", "Statement": [statement]}

role = aws.iam.Role(
    "nodes",
    assume_role_policy=json.dumps(trust("ec2.amazonaws.com")),
    description=choose("ABOUT", "nodes"),
    opts=mine,
)
attached = [
    aws.iam.RolePolicyAttachment(
        name, role=role.name, policy_arn=f"arn:aws:iam::aws:policy/{name}", opts=mine
    )
    for name in (
        "AmazonEKSWorkerNodePolicy",
        "AmazonEC2ContainerRegistryPullOnly",
        "AmazonEKS_CNI_Policy",
    )
]
reading = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}
aws.iam.RolePolicy(
    "inline",
    role=role.name,
    policy={"Version": "2012-10-17", "Statement": [reading]},
    opts=mine,
)
disk = {
    "volume_size": int(choose("DISK", "20")),
    "volume_type": "gp3",
    "encrypted": "true",
    "delete_on_termination": "true",
}
template = aws.ec2.LaunchTemplate(
    "nodes",
    update_default_version=True,
    metadata_options={"http_tokens": "required", "http_put_response_hop_limit": 1},
    block_device_mappings=[{"device_name": "/dev/xvda", "ebs": disk}],
    tag_specifications=[{"resource_type": "instance", "tags": {"Name": "node"}}],
    monitoring={"enabled": True},
    opts=mine,
)
"""

CLUSTER = """
cluster = eks.Cluster(
    "@NAME@",
    name="@NAME@",
    version=choose("VERSION", "1.35"),
    vpc_id=vpc.id,
    subnet_ids=[subnet.id for subnet in subnets],
    skip_default_node_group=True,
    create_instance_role=False,
    skip_default_security_groups=True,
    use_default_vpc_cni=True,
    kube_proxy_addon_options={"enabled": False},
    coredns_addon_options={"enabled": False},
    bootstrap_self_managed_addons=False,
    create_oidc_provider=False,
    authentication_mode=eks.AuthenticationMode.API,
    enabled_cluster_log_types=["api"],
    opts=pulumi.ResourceOptions(providers=[provider]),
)
"""

NODES = """
made = cluster.eks_cluster

def after(*others):
    return pulumi.ResourceOptions(provider=provider, depends_on=list(others))

cni = aws.eks.Addon(
    "vpc-cni",
    cluster_name=made.name,
    addon_name="vpc-cni",
    resolve_conflicts_on_create="OVERWRITE",
    opts=mine,
)
size = choose("LABEL", "small")
taint = {"key": "only", "value": "us", "effect": "NO_SCHEDULE"}
group = aws.eks.NodeGroup(
    "general",
    cluster_name=made.name,
    node_role_arn=role.arn,
    subnet_ids=[subnet.id for subnet in subnets[1:]],
    instance_types=[choose("TYPE", "t3.medium")],
    labels={"size": size} if size else None,
    scaling_config={"min_size": 1, "desired_size": int(choose("NODES", "2")), "max_size": 4},
    taints=[taint] if choose("TAINT", "") else None,
    launch_template={"id": template.id, "version": template.latest_version.apply(str)},
    opts=after(cni, route, *associated, *attached),
)
entry = aws.eks.AccessEntry(
    "admin",
    cluster_name=made.name,
    principal_arn="arn:aws:iam::210987654321:role/admin",
    opts=mine,
)
policy = choose("POLICY", "AmazonEKSClusterAdminPolicy")
aws.eks.AccessPolicyAssociation(
    "admin",
    cluster_name=made.name,
    principal_arn=entry.principal_arn,
    access_scope={"type": "cluster"},
    policy_arn=f"arn:aws:eks::aws:cluster-access-policy/{policy}",
    opts=mine,
)
aws.eks.Addon(
    "coredns", cluster_name=made.name, addon_name="coredns", preserve=True, opts=after(group)
)
pulumi.export("kubeconfig", cluster.kubeconfig)
pulumi.export("scoped", cluster.get_kubeconfig(profile_name="prod"))
pulumi.export("group", cluster.cluster_security_group_id)
pulumi.export("issuer", cluster.oidc_issuer)
"""

PLAIN_CLUSTER = """
service = {"Effect": "Allow", "Principal": {"Service": "eks.amazonaws.com"}}
role = aws.iam.Role(
    "plane",
    assume_role_policy={
        "Version": "2012-10-17", "Statement": [{**service, "Action": "sts:AssumeRole"}]
    },
    opts=mine,
)
attached = aws.iam.RolePolicyAttachment(
    "plane",
    role=role.name,
    policy_arn="arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",
    opts=mine,
)
aws.eks.Cluster(
    "@NAME@",
    name="@NAME@",
    role_arn=role.arn,
    vpc_config={"subnet_ids": [subnet.id for subnet in subnets]},
    opts=pulumi.ResourceOptions(
        provider=provider,
        depends_on=[attached],
        custom_timeouts=pulumi.CustomTimeouts(create=choose("LIMIT", "1s")),
    ),
)
"""

QUESTIONS = """
asking = pulumi.InvokeOptions(provider=provider)
pulumi.export("partition", aws.get_partition(opts=asking).partition)
pulumi.export("region", aws.get_region(opts=asking).region)
pulumi.export("account", aws.get_caller_identity(opts=asking).account_id)
pulumi.export("zones", aws.get_availability_zones(state="available", opts=asking).names)
coredns = aws.eks.get_addon_version(
    addon_name="coredns", kubernetes_version="1.35", most_recent=True, opts=asking
)
pulumi.export("coredns", coredns.version)
"""

LOGS = """
aws.cloudwatch.LogGroup("logs", name="@NAME@", retention_in_days=30, opts=mine)
"""


def named(name: str, *pieces: str) -> str:
    """Pieces after each other, with their `@NAME@` filled in."""
    return "\n".join(pieces).replace("@NAME@", name)
