"""What only AWS knows: who deploys, how an existing VPC is, what mode a cluster had before.

Each is refused by the program that the real engine runs, in the user's words and with a line of the
stack file, before anything is made; or by AWS, in AWS's.
"""

import re

import pytest

from tests.rehearsal.workspace import Workspace, changes, succeeded, table

REGION = "ap-northeast-2"
ADMIN, STRANGER = (f"arn:aws:iam::123456789012:role/{name}" for name in ("admin", "stranger"))
EXISTING = f"""\
config:
  aws:region: {REGION}
  cluster:kubernetesVersion: "1.36"
  cluster:access: {{admins: [{ADMIN}]}}
  cluster:logging: {{types: []}}
  cluster:nodeGroups:
    general: {{instanceTypes: [t3.medium], nodes: 2}}
  cluster:network:
    existing:
      vpc: {{tags: {{Name: shared}}}}
      privateSubnets: {{tags: {{tier: private}}}}
      publicSubnets: {{tags: {{tier: public}}}}
"""
SHARED = """\
      vpc: {tags: {Name: shared}}
      privateSubnets: {tags: {tier: private}}
      publicSubnets: {tags: {tier: public}}
"""
MIGRATING = f"""\
config:
  aws:region: {REGION}
  cluster:kubernetesVersion: "1.36"
  cluster:access: {{admins: [creator], authenticationMode: CONFIG_MAP}}
  cluster:logging: {{types: []}}
  cluster:network: {{availabilityZones: 2, flowLogs: {{trafficType: NONE}}}}
  cluster:nodeGroups:
    general: {{instanceTypes: [t3.medium], nodes: 1}}
"""


def workspace_with(tmp_path, text: str) -> Workspace:
    workspace = Workspace(tmp_path / "eks-cluster")
    workspace.stack_file.write_text(text)
    return workspace


@pytest.fixture
def existing(tmp_path):
    workspace = workspace_with(tmp_path, EXISTING)
    yield workspace
    workspace.end()


def made(workspace: Workspace) -> list[str]:
    """The types of all that the engine has recorded, but the program itself and its provider."""
    types = (it["type"] for it in workspace.deployment().get("resources", []))
    return [it for it in types if not it.startswith(("pulumi:", "eks-cluster:"))]


def test_whoever_would_be_locked_out_makes_nothing(existing):
    refused = existing.rehearse("--skip-preview", "--as", STRANGER)
    said = refused.stdout
    assert refused.returncode == 1
    assert f"{STRANGER} deploys.\n" in said
    caller = "arn:aws:sts::123456789012:assumed-role/stranger/rehearsal"
    assert re.search(
        rf"Pulumi\.dev\.yaml:4:\d+: cluster:access\.admins: {caller}, who runs this, would not "
        "administer the cluster; add it here, or, if that is meant, to deployersWithoutAdmin",
        said,
    ), said
    assert "Traceback" not in said + refused.stderr
    assert made(existing) == []
    assert existing.inventory() == []
    existing.edit(f"[{ADMIN}]", f"[{ADMIN}], deployersWithoutAdmin: [{STRANGER}]")
    up = existing.rehearse("--skip-preview")
    assert f"{STRANGER} deploys.\n" in succeeded(up), "the first deployer that is named"
    assert f"{STRANGER}, who deploys, does not administer the cluster:" in up.stdout
    asked = existing.shell("aws sts get-caller-identity --query Arn --output text")
    assert asked.strip() == caller, "the shell is the deployer's"


def faulty_network(ec2, vpc: str) -> dict[str, str]:
    """Subnets with all that can be wrong, beside those that are as they should be; ids by fault."""

    def subnet(number: int) -> str:
        wanted = {"CidrBlock": f"10.0.255.{16 * number}/28", "AvailabilityZone": f"{REGION}a"}
        return ec2.create_subnet(VpcId=vpc, **wanted)["Subnet"]["SubnetId"]

    cut_off, full, closed = subnet(0), subnet(1), subnet(2)
    for _ in range(6):  # of the eleven addresses of a /28
        ec2.create_network_interface(SubnetId=full)
    return {"cut off": cut_off, "full": full, "closed": closed}


def test_an_existing_vpc_is_told_all_its_faults_and_outlives_the_cluster(existing):
    # The account is there once somebody has tried.
    existing.rehearse("--skip-preview", "--as", STRANGER)
    ec2 = existing.client("ec2", REGION)
    shared = [{"Name": "tag:Name", "Values": ["shared"]}]
    (vpc,) = (it["VpcId"] for it in ec2.describe_vpcs(Filters=shared)["Vpcs"])
    before = sorted(it["SubnetId"] for it in ec2.describe_subnets()["Subnets"])
    ids = faulty_network(ec2, vpc)
    existing.edit(
        SHARED,
        f"      vpc: {vpc}\n      privateSubnets: [{ids['cut off']}, {ids['full']}]\n"
        f"      publicSubnets: [{ids['closed']}]\n",
    )
    refused = existing.rehearse("--skip-preview")
    said = refused.stdout
    assert refused.returncode == 1
    for line, field, words in (
        (11, "privateSubnets", rf"{ids['cut off']} has no default route"),
        (11, "privateSubnets", rf"all are in {REGION}a; EKS needs subnets in at least two zones"),
        (11, "privateSubnets", rf"{ids['full']} has 5 free addresses; EKS needs 6"),
        (11, "privateSubnets", "load balancers find subnets by the tag"),
        (12, "publicSubnets", "load balancers find subnets by the tag"),
        (12, "publicSubnets", rf"{ids['closed']} has no route to an internet gateway"),
    ):
        where = rf"Pulumi\.dev\.yaml:{line}:\d+: cluster:network\.existing\.{field}: "
        assert re.search(f"{where}[^\n]*{words}", said), f"{words}\n{said}"
    assert "problems; nothing was changed." in said
    assert "Traceback" not in said + refused.stderr
    assert made(existing) == []

    existing.stack_file.write_text(EXISTING)
    other = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[other], Tags=[{"Key": "Name", "Value": "shared"}])
    both = ", ".join(sorted([vpc, other]))
    ambiguous = existing.rehearse("--skip-preview")
    told = rf"Pulumi\.dev\.yaml:10:\d+: cluster:network\.existing\.vpc: {both} all have the tags "
    assert re.search(f"{told}Name=shared; add a tag", ambiguous.stdout), ambiguous.stdout
    ec2.delete_vpc(VpcId=other)

    up = succeeded(existing.rehearse("--skip-preview"))
    assert [node["STATUS"] for node in table(up, "Nodes of dev:")] == ["Ready", "Ready"]
    # The faulty subnets are nobody's; as long as they are there, the account stays.
    left = existing.rehearse("--destroy", "--skip-preview")
    assert left.returncode == 1
    assert "The embedded AWS still holds:" in left.stdout
    ec2 = existing.client("ec2", REGION)
    assert [it["VpcId"] for it in ec2.describe_vpcs(Filters=shared)["Vpcs"]] == [vpc]
    there = {it["SubnetId"] for it in ec2.describe_subnets()["Subnets"]}
    assert there - set(ids.values()) == set(before)

    for interface in ec2.describe_network_interfaces(
        Filters=[{"Name": "subnet-id", "Values": [ids["full"]]}]
    )["NetworkInterfaces"]:
        ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
    for id_ in ids.values():
        ec2.delete_subnet(SubnetId=id_)
    gone = succeeded(existing.rehearse("--destroy", "--skip-preview"))
    assert "The embedded AWS holds nothing any more: " in gone
    assert not existing.state.exists()


def test_access_moves_from_the_config_map_to_entries_in_two_steps_and_never_back(tmp_path):
    workspace = workspace_with(tmp_path, MIGRATING)

    def mode() -> str:
        eks = workspace.client("eks", REGION)
        cluster = eks.describe_cluster(name="dev")["cluster"]
        return cluster["accessConfig"]["authenticationMode"]

    def entries() -> list[str]:
        listed = workspace.client("eks", REGION).list_access_entries(clusterName="dev")
        return [it for it in listed["accessEntries"] if ":user/" in it]

    try:
        succeeded(workspace.rehearse("--skip-preview"))
        assert mode() == "CONFIG_MAP"
        workspace.edit("CONFIG_MAP", "API")
        refused = workspace.rehearse("--skip-preview")
        assert refused.returncode == 1
        assert "Unsupported authentication mode update from CONFIG_MAP to API" in refused.stdout

        workspace.edit("authenticationMode: API", "authenticationMode: API_AND_CONFIG_MAP")
        succeeded(workspace.rehearse("--skip-preview"))
        assert (mode(), len(entries())) == ("API_AND_CONFIG_MAP", 1)

        workspace.edit("API_AND_CONFIG_MAP", "API")
        again = succeeded(workspace.rehearse("--skip-preview"))
        assert (mode(), len(entries())) == ("API", 1)
        done = changes(again)
        assert set(done) <= {"updated", "unchanged"}, again

        workspace.edit("authenticationMode: API", "authenticationMode: CONFIG_MAP")
        back = workspace.rehearse("--skip-preview")
        assert back.returncode == 1
        assert "Unsupported authentication mode update from API to CONFIG_MAP" in back.stdout
        assert mode() == "API"
    finally:
        workspace.end()
