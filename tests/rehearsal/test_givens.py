"""What a stack file takes for granted is put into the embedded account, under the names it has."""

import json
import urllib.error
import urllib.request

import boto3
import pytest

from spec.givens import (
    GivenImage,
    GivenNetwork,
    GivenRole,
    Givens,
    GivenSubnet,
    GivenTemplate,
)
from tests.rehearsal.emulator import PATIENCE, running

ACCOUNT, REGION = "111122223333", "us-west-2"
IAM = f"arn:aws:iam::{ACCOUNT}"
DEPLOYER, USER = f"{IAM}:role/ci/deploy", f"{IAM}:user/people/jane"
NODES = f"{IAM}:role/nodes"
POLICY = f"{IAM}:policy/team/boundary"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
VPC, GROUP, PREFIX_LIST = "vpc-0123abcd", "sg-0123abcd", "pl-0123abcd"
PRIVATE, PUBLIC = "subnet-00000001", "subnet-00000002"
IMAGE, TEMPLATE = "ami-0123abcd", "lt-0123abcd"
LOCAL_ZONE = "us-west-2-lax-1a"


def subnet(id_: str, number: int, **changes) -> GivenSubnet:
    fields = {
        "id": id_,
        "zone": f"{REGION}{'abc'[number % 3]}",
        "cidr": f"10.0.{16 * number}.0/20",
        "tags": {"tier": "private"},
        "way_out": "nat",
    }
    return GivenSubnet(**(fields | changes))


SUBNETS = (
    subnet(PRIVATE, 0),
    subnet(PUBLIC, 1, tags={"tier": "public"}, way_out="internet"),
)
GIVENS = Givens(
    account=ACCOUNT,
    region=REGION,
    deployer=DEPLOYER,
    roles=(GivenRole(arn=DEPLOYER), GivenRole(arn=NODES, service="ec2.amazonaws.com")),
    users=(USER,),
    policies=(POLICY,),
    keys=(KEY,),
    network=GivenNetwork(
        id=VPC, cidr="10.0.0.0/16", tags={"Name": "shared"}, ipv6=True, subnets=SUBNETS
    ),
    security_groups=(GROUP,),
    key_pairs=("ops",),
    placement_groups=("apart",),
    images=(GivenImage(id=IMAGE, ami_type="BOTTLEROCKET_ARM_64"),),
    launch_templates=(GivenTemplate(id=TEMPLATE, versions=3),),
    prefix_lists=(PREFIX_LIST,),
    local_zones=(LOCAL_ZONE,),
)


def put(aws, path: str, body: bytes | None = None):
    request = urllib.request.Request(f"{aws.url}/_rehearsal/{path}", data=body, method="PUT")  # noqa: S310
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
        return json.load(answer)


def give(aws, givens: Givens = GIVENS) -> list[str]:
    return [it["id"] for it in put(aws, "givens", givens.as_json())["made"]]


@pytest.fixture(scope="module")
def account(tmp_path_factory):
    state = tmp_path_factory.mktemp("givens") / "aws.state"
    with running("--account", ACCOUNT, "--state", str(state)) as aws:
        yield aws, give(aws), state


@pytest.fixture
def ec2(account):
    return account[0].client("ec2", REGION)


def test_each_thing_is_told_once(account):
    aws, made, _ = account
    assert sorted(made) == sorted(
        [
            *(DEPLOYER, NODES, USER, POLICY, KEY, VPC, PRIVATE, PUBLIC),
            *(GROUP, "ops", "apart", IMAGE, TEMPLATE, PREFIX_LIST, LOCAL_ZONE),
        ]
    )
    assert give(aws) == [], "it is there now"


def test_what_a_changed_file_names_newly_is_added(account):
    aws, _, _ = account
    more = GivenNetwork(
        id=VPC,
        cidr="10.0.0.0/16",
        tags={},
        ipv6=True,
        # Its block is one that an earlier file had given to another subnet.
        subnets=(*SUBNETS, subnet("subnet-00000003", 2, cidr="10.0.16.0/20")),
    )
    changed = Givens(account=ACCOUNT, region=REGION, network=more)
    assert give(aws, changed) == ["subnet-00000003"]
    assert give(aws, changed) == []


def test_none_of_it_is_in_the_inventory_but_what_is_made_in_it_is(account, ec2):
    aws, _, _ = account
    assert aws.inventory() == []
    made = ec2.create_subnet(VpcId=VPC, CidrBlock="10.0.240.0/24")["Subnet"]["SubnetId"]
    assert [it["id"] for it in aws.inventory()] == [made]
    ec2.delete_subnet(SubnetId=made)
    assert aws.inventory() == []


def test_the_account_is_the_one_that_is_named(account):
    aws, _, _ = account
    assert aws.client("sts").get_caller_identity()["Account"] == ACCOUNT
    with pytest.raises(urllib.error.HTTPError) as refused:
        give(aws, Givens(account="999900001111", region=REGION))
    assert refused.value.code == 400
    assert f"this is the account {ACCOUNT}, not 999900001111" in refused.value.read().decode()


def test_roles_users_and_policies_have_their_paths(account):
    iam = account[0].client("iam")
    role = iam.get_role(RoleName="deploy")["Role"]
    assert (role["Arn"], role["Path"]) == (DEPLOYER, "/ci/")
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"AWS": f"{IAM}:root"}
    nodes = iam.get_role(RoleName="nodes")["Role"]["AssumeRolePolicyDocument"]
    assert nodes["Statement"][0]["Principal"] == {"Service": "ec2.amazonaws.com"}
    attached = iam.list_attached_role_policies(RoleName="nodes")["AttachedPolicies"]
    assert "AmazonEKSWorkerNodePolicy" in {it["PolicyName"] for it in attached}
    assert iam.get_user(UserName="jane")["User"]["Arn"] == USER
    assert iam.get_policy(PolicyArn=POLICY)["Policy"]["PolicyName"] == "boundary"


def test_the_key_can_encrypt_logs(account):
    aws, _, _ = account
    key = aws.client("kms", REGION).describe_key(KeyId=KEY)["KeyMetadata"]
    assert (key["Arn"], key["KeyState"]) == (KEY, "Enabled")
    logs = aws.client("logs", REGION)
    logs.create_log_group(logGroupName="/encrypted", kmsKeyId=KEY)
    logs.delete_log_group(logGroupName="/encrypted")


def test_the_network_has_ways_out(ec2):
    found = ec2.describe_subnets(SubnetIds=[PRIVATE, PUBLIC])["Subnets"]
    assert {it["VpcId"] for it in found} == {VPC}
    assert {it["AvailabilityZone"] for it in found} == {f"{REGION}a", f"{REGION}b"}
    assert all(it["Ipv6CidrBlockAssociationSet"] for it in found)
    targets = {}
    for id_ in (PRIVATE, PUBLIC):
        filters = [{"Name": "association.subnet-id", "Values": [id_]}]
        (table,) = ec2.describe_route_tables(Filters=filters)["RouteTables"]
        for route in table["Routes"]:
            where = route.get("DestinationCidrBlock") or route["DestinationIpv6CidrBlock"]
            for kind in ("NatGatewayId", "EgressOnlyInternetGatewayId", "GatewayId"):
                if route.get(kind):
                    targets[id_, where] = route[kind].partition("-")[0]
            assert route["State"] == "active"
    assert targets[PRIVATE, "0.0.0.0/0"] == "nat"
    assert targets[PRIVATE, "::/0"] == "eigw"
    assert targets[PUBLIC, "0.0.0.0/0"] == targets[PUBLIC, "::/0"] == "igw"
    (nat,) = ec2.describe_nat_gateways()["NatGateways"]
    assert (nat["State"], nat["SubnetId"]) == ("available", PUBLIC)
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": ["shared"]}])["Vpcs"]
    assert vpc["VpcId"] == VPC


def test_groups_prefix_lists_and_local_zones_can_be_used(ec2):
    (group,) = ec2.describe_security_groups(GroupIds=[GROUP])["SecurityGroups"]
    assert group["VpcId"] == VPC
    (found,) = ec2.describe_managed_prefix_lists(PrefixListIds=[PREFIX_LIST])["PrefixLists"]
    assert found["OwnerId"] == ACCOUNT
    (zone,) = ec2.describe_availability_zones(ZoneNames=[LOCAL_ZONE])["AvailabilityZones"]
    assert zone["OptInStatus"] == "opted-in"


def test_what_nodes_are_launched_with_can_be_used(ec2):
    (pair,) = ec2.describe_key_pairs(KeyNames=["ops"])["KeyPairs"]
    assert pair["KeyType"] == "ed25519"
    (group,) = ec2.describe_placement_groups(GroupNames=["apart"])["PlacementGroups"]
    assert group["State"] == "available"
    (image,) = ec2.describe_images(ImageIds=[IMAGE])["Images"]
    assert (image["OwnerId"], image["Architecture"]) == (ACCOUNT, "arm64")
    versions = ec2.describe_launch_template_versions(LaunchTemplateId=TEMPLATE)
    assert len(versions["LaunchTemplateVersions"]) == 3


@pytest.mark.parametrize(
    ("principal", "caller"),
    [
        (DEPLOYER, f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/rehearsal"),
        (USER, USER),
    ],
)
def test_a_principal_can_call(account, principal, caller):
    aws, _, _ = account
    keys = put(aws, f"credentials?of={principal}")
    sts = boto3.client(
        "sts",
        region_name=REGION,
        endpoint_url=aws.url,
        aws_access_key_id=keys["id"],
        aws_secret_access_key=keys["secret"],
        aws_session_token=keys["token"] or None,
    )
    assert sts.get_caller_identity()["Arn"] == caller
    again = put(aws, f"credentials?of={principal}")
    assert (again["id"] == keys["id"]) == (principal == USER), "each session has keys of its own"


def test_who_is_not_there_cannot_call(account):
    with pytest.raises(urllib.error.HTTPError) as refused:
        put(account[0], f"credentials?of={IAM}:role/nobody")
    assert refused.value.code == 400


# The last two: they end the process, and take the network away.


def test_it_outlives_the_process_and_is_missed_when_it_is_gone(account):
    aws, _, state = account
    aws.process.kill()
    aws.process.wait(PATIENCE)
    with running("--state", str(state)) as other:
        assert other.client("sts").get_caller_identity()["Account"] == ACCOUNT
        assert give(other) == []
        assert other.inventory() == []
        assert other.ask("/_rehearsal/givens") == []
        other.client("ec2", REGION).delete_subnet(SubnetId=PRIVATE)
        assert other.ask("/_rehearsal/givens") == [
            {"service": "ec2", "type": "subnet", "id": PRIVATE, "region": REGION}
        ]
