"""Changes behind Pulumi's back: `pulumi preview --refresh` sees them, `pulumi up` mends them."""

import json

import boto3
import pytest

from ops.engine import Engine
from tests.rehearsal.engine import Project, embedded_aws
from tests.rehearsal.workspace import Workspace

REGION = "ap-northeast-2"
ZONES = [f"{REGION}{zone}" for zone in "abc"]


class Account:
    """The account that somebody else meddles with."""

    def __init__(self, url, ids):
        self._url, self.ids = url, ids

    def __getattr__(self, service):
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self._url,
            aws_access_key_id="any",
            aws_secret_access_key="any",  # noqa: S106  any will do
        )

    def id(self, type_, name):
        return self.ids[type_, name]


def delete_route(aws):
    table = aws.id("aws:ec2/routeTable:RouteTable", f"dev-private-{ZONES[0]}")
    aws.ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")


def disassociate_subnet(aws):
    association = aws.id(
        "aws:ec2/routeTableAssociation:RouteTableAssociation", f"dev-private-{ZONES[2]}"
    )
    aws.ec2.disassociate_route_table(AssociationId=association)


def open_default_group(aws):
    aws.ec2.authorize_security_group_ingress(
        GroupId=aws.id("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "dev"),
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 22,
                "ToPort": 22,
                "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
            }
        ],
    )


def give_public_addresses(aws):
    subnet = aws.id("aws:ec2/subnet:Subnet", f"dev-public-{ZONES[0]}")
    aws.ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})


def delete_a_tag(aws):
    gateway = aws.id("aws:ec2/natGateway:NatGateway", f"dev-{ZONES[0]}")
    aws.ec2.delete_tags(Resources=[gateway], Tags=[{"Key": "Name"}])


def rename_address(aws):
    address = aws.id("aws:ec2/eip:Eip", f"dev-{ZONES[0]}")
    aws.ec2.create_tags(Resources=[address], Tags=[{"Key": "Name", "Value": "mine"}])


def add_a_tag(aws):
    subnet = aws.id("aws:ec2/subnet:Subnet", f"dev-private-{ZONES[0]}")
    aws.ec2.create_tags(Resources=[subnet], Tags=[{"Key": "team", "Value": "others"}])


def delete_a_tag_of_a_role(aws):
    role = aws.id("aws:iam/role:Role", "dev-nodes")
    aws.iam.untag_role(RoleName=role, TagKeys=["ManagedBy"])


def trust_another_service(aws):
    role = aws.id("aws:iam/role:Role", "dev-vpc-cni")
    document = aws.iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    document["Statement"][0]["Principal"]["Service"] = "ec2.amazonaws.com"
    aws.iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(document))


def detach_policy(aws):
    aws.iam.detach_role_policy(
        RoleName=aws.id("aws:iam/role:Role", "dev-nodes"),
        PolicyArn="arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
    )


def stop_key_rotation(aws):
    aws.kms.disable_key_rotation(KeyId=aws.id("aws:kms/key:Key", "dev"))


def delete_alias(aws):
    aws.kms.delete_alias(AliasName="alias/eks/dev")


def keep_logs_for_a_day(aws):
    aws.logs.put_retention_policy(logGroupName="/aws/eks/dev/cluster", retentionInDays=1)


def open_endpoint(aws):
    aws.eks.update_cluster_config(
        name="dev",
        resourcesVpcConfig={"endpointPublicAccess": True, "publicAccessCidrs": ["0.0.0.0/0"]},
    )


def scale_node_group(aws):
    cluster, _, group = aws.id("aws:eks/nodeGroup:NodeGroup", "dev-general").partition(":")
    aws.eks.update_nodegroup_config(
        clusterName=cluster,
        nodegroupName=group,
        scalingConfig={"minSize": 1, "desiredSize": 1, "maxSize": 3},
    )


def delete_addon(aws):
    aws.eks.delete_addon(clusterName="dev", addonName="coredns")


DRIFTS = {
    delete_route: ("create", "aws:ec2/route:Route", f"dev-private-{ZONES[0]}"),
    disassociate_subnet: (
        "create",
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        f"dev-private-{ZONES[2]}",
    ),
    open_default_group: ("update", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "dev"),
    give_public_addresses: ("update", "aws:ec2/subnet:Subnet", f"dev-public-{ZONES[0]}"),
    delete_a_tag: ("update", "aws:ec2/natGateway:NatGateway", f"dev-{ZONES[0]}"),
    rename_address: ("update", "aws:ec2/eip:Eip", f"dev-{ZONES[0]}"),
    add_a_tag: ("update", "aws:ec2/subnet:Subnet", f"dev-private-{ZONES[0]}"),
    delete_a_tag_of_a_role: ("update", "aws:iam/role:Role", "dev-nodes"),
    trust_another_service: ("update", "aws:iam/role:Role", "dev-vpc-cni"),
    detach_policy: (
        "create",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "dev-nodes-AmazonEC2ContainerRegistryPullOnly",
    ),
    stop_key_rotation: ("update", "aws:kms/key:Key", "dev"),
    delete_alias: ("create", "aws:kms/alias:Alias", "dev"),
    keep_logs_for_a_day: ("update", "aws:cloudwatch/logGroup:LogGroup", "dev"),
    open_endpoint: ("update", "aws:eks/cluster:Cluster", "dev-eksCluster"),
    scale_node_group: ("update", "aws:eks/nodeGroup:NodeGroup", "dev-general"),
    delete_addon: ("create", "aws:eks/addon:Addon", "dev-on-nodes-coredns"),
}
"""What somebody does, and what `pulumi up` has to do about it."""


def planned(engine, folder, *options):
    """What a preview would do, by type and name; what stays as it is is left out."""
    answer = folder / "preview.json"
    with answer.open("w") as output:
        engine._output = output
        assert engine.preview("--json", *options) == 0, answer.read_text()
    text = answer.read_text()
    steps = json.JSONDecoder().raw_decode(text[text.index("{") :])[0]["steps"]
    return {
        (step["urn"].split("::")[2].rpartition("$")[2], step["urn"].rpartition("::")[2]): step["op"]
        for step in steps
        if step["op"] not in {"same", "refresh", "read"}
    }


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """The plans after all drifts, without and with a refresh, and after they were mended."""
    folder = tmp_path_factory.mktemp("drift")
    workspace = Workspace(folder / "eks-cluster")
    up = workspace.rehearse()
    assert up.returncode == 0, up.stdout + up.stderr
    url = json.loads((workspace.state / "aws.json").read_text())["url"]
    engine = Engine("dev", workspace.state, url, project=workspace.path / "rehearsal")
    ids = {
        (it["type"], it["urn"].rpartition("::")[2]): it["id"]
        for it in workspace.deployment()["resources"]
        if it.get("id")
    }
    for meddle in DRIFTS:
        meddle(Account(url, ids))
    unseen = planned(engine, folder)
    seen = planned(engine, folder, "--refresh")
    with (folder / "engine.log").open("w+") as output:
        engine._output = output
        codes = engine.refresh("--skip-preview"), engine.up("--skip-preview")
        output.seek(0)
        assert codes == (0, 0), output.read()
    mended = planned(engine, folder, "--refresh")
    yield unseen, seen, mended
    workspace.rehearse("--destroy")


def test_without_a_refresh_nothing_is_seen(story):
    assert story[0] == {}


@pytest.mark.parametrize("drift", DRIFTS, ids=lambda it: it.__name__)
def test_it_is_seen(story, drift):
    operation, type_, name = DRIFTS[drift]
    assert story[1].get((type_, name)) == operation


def test_nothing_else_is_seen(story):
    wanted = {(type_, name) for _, type_, name in DRIFTS.values()}
    # What follows from these: the outputs of the components that hold them.
    assert {key for key in story[1] if key[0].startswith("aws:")} == wanted


def test_all_of_it_is_mended(story):
    assert story[2] == {}


# What would make a node group's nodes unhealthy, for which EKS refuses to change the group.
PROGRAM = """
vpc = aws.ec2.Vpc("net", cidr_block="10.0.0.0/16", enable_dns_hostnames=True, opts=mine)
group = aws.ec2.SecurityGroup("door", vpc_id=vpc.id, opts=mine)
for port in (80, 443):
    aws.vpc.SecurityGroupIngressRule(
        f"in-{port}", security_group_id=group.id, ip_protocol="tcp", from_port=port, to_port=port,
        cidr_ipv4="10.0.0.0/8", opts=mine)
gateway = aws.ec2.InternetGateway("out", vpc_id=vpc.id, opts=mine)
subnet = aws.ec2.Subnet("public", vpc_id=vpc.id, cidr_block="10.0.0.0/24", opts=mine)
address = aws.ec2.Eip("nat", domain="vpc", opts=mine)
nat = aws.ec2.NatGateway(
    "nat", subnet_id=subnet.id, allocation_id=address.allocation_id,
    opts=pulumi.ResourceOptions(provider=provider, depends_on=[gateway]))
table = aws.ec2.RouteTable("private", vpc_id=vpc.id, opts=mine)
aws.ec2.Route(
    "private", route_table_id=table.id, destination_cidr_block="0.0.0.0/0", nat_gateway_id=nat.id,
    opts=mine)
"""


def test_rules_routes_and_names_that_are_changed_are_seen_and_mended(tmp_path):
    (tmp_path / "project").mkdir()
    with embedded_aws(tmp_path) as aws:
        project = Project(tmp_path / "project", aws.url)
        project.write(PROGRAM)
        project.up()
        made = {
            (it["type"].rpartition(":")[2], it["urn"].rpartition("::")[2]): it["outputs"]
            for it in project.resources().values()
            if it["type"].startswith("aws:")
        }
        rules = {name: it for (_, name), it in made.items() if name.startswith("in-")}
        ec2 = aws.client("ec2")
        group = rules["in-80"]["securityGroupId"]
        ec2.revoke_security_group_ingress(
            GroupId=group, SecurityGroupRuleIds=[rules["in-80"]["securityGroupRuleId"]]
        )
        ec2.modify_security_group_rules(
            GroupId=group,
            SecurityGroupRules=[
                {
                    "SecurityGroupRuleId": rules["in-443"]["securityGroupRuleId"],
                    "SecurityGroupRule": {
                        "IpProtocol": "tcp",
                        "FromPort": 443,
                        "ToPort": 443,
                        "CidrIpv4": "0.0.0.0/0",
                    },
                }
            ],
        )
        gateway = ec2.describe_internet_gateways()["InternetGateways"][0]["InternetGatewayId"]
        ec2.replace_route(
            RouteTableId=made["Route", "private"]["routeTableId"],
            DestinationCidrBlock="0.0.0.0/0",
            GatewayId=gateway,
        )
        ec2.modify_vpc_attribute(
            VpcId=made["Subnet", "public"]["vpcId"], EnableDnsHostnames={"Value": False}
        )
        project.succeed("refresh", "--yes", "--skip-preview")
        assert project.plan() == {
            "in-80": "create",
            "in-443": "update",
            "private": "update",
            "net": "update",
        }
        project.up()
        project.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes")
        project.destroy()
