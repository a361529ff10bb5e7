"""What a stack takes for granted in its account."""

from ipaddress import IPv4Network

import pytest

from spec import facts
from spec.givens import GivenRole, Givens, read_givens
from spec.granted import givens_of
from spec.stack_file import read_unpinned

HEAD = """\
config:
  aws:region: us-west-2
  cluster:kubernetesVersion: "1.36"
"""
TAIL = """
  cluster:nodeGroups:
    general: {instanceTypes: [m7i.large], nodes: 2}
"""
ROLE, USER = "arn:aws:iam::111122223333:role", "arn:aws:iam::111122223333:user"
EVERYTHING = f"""
  cluster:access:
    admins: [{ROLE}/path/admin, "{USER}/jane"]
    deployersWithoutAdmin: ["{ROLE}/deploy"]
    entries:
      sso:
        principal: arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Dev_0123abcd/joe
      nodes: {{principal: "{ROLE}/nodes", type: EC2_LINUX}}
      other: {{principal: "arn:aws:iam::444455556666:role/guest"}}
    kubeconfig: {{roleArn: "{ROLE}/path/admin"}}
  cluster:encryption:
    keyArn: arn:aws:kms:us-west-2:111122223333:key/1234abcd
    administrators: ["{ROLE}/security"]
  cluster:iam: {{permissionsBoundary: "arn:aws:iam::111122223333:policy/team/boundary"}}
  cluster:capabilities:
    ack:
      type: ACK
      policies: ["arn:aws:iam::111122223333:policy/ack", "arn:aws:iam::aws:policy/PowerUserAccess"]
  cluster:controlPlane:
    securityGroupRules:
      bastion: {{description: x, fromPort: 443, securityGroup: sg-0123abcd}}
      office: {{description: x, fromPort: 443, prefixList: pl-0123abcd}}
  cluster:network:
    localZones: {{us-west-2-lax-1a: 10.0.252.0/23}}
"""
EXISTING = """
  cluster:access: {{admins: [creator]}}
  cluster:network:
    ipFamily: {family}
    existing:
      vpc: {vpc}
      privateSubnets: {private}
      {more}
"""


def stack(tmp_path, text: str, head: str = HEAD):
    file = tmp_path / "Pulumi.granted.yaml"
    file.write_text(head + text + TAIL)
    return read_unpinned(file)


def existing(tmp_path, *, vpc="vpc-0123abcd", private, family="ipv4", more=""):
    text = EXISTING.format(vpc=vpc, private=private, family=family, more=more)
    network = givens_of(stack(tmp_path, text)).network
    assert network is not None
    return network


def test_all_that_a_stack_names_is_given_once(tmp_path):
    givens = givens_of(stack(tmp_path, EVERYTHING))
    sso = "role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Dev_0123abcd"
    assert givens.account == "111122223333"
    assert givens.deployer == f"{ROLE}/deploy"
    assert {role.arn: role.service for role in givens.roles} == {
        f"{ROLE}/deploy": None,
        f"{ROLE}/path/admin": None,
        f"{ROLE}/security": None,
        f"arn:aws:iam::111122223333:{sso}": None,
        f"{ROLE}/nodes": "ec2.amazonaws.com",
    }
    assert len(givens.roles) == 5
    assert givens.users == (f"{USER}/jane",)
    assert givens.policies == (
        "arn:aws:iam::111122223333:policy/ack",
        "arn:aws:iam::111122223333:policy/team/boundary",
    )
    assert givens.keys == ("arn:aws:kms:us-west-2:111122223333:key/1234abcd",)
    assert givens.security_groups == ("sg-0123abcd",)
    assert givens.prefix_lists == ("pl-0123abcd",)
    assert givens.local_zones == ("us-west-2-lax-1a",)
    assert givens.elsewhere == ("arn:aws:iam::444455556666:role/guest",)
    assert read_givens(givens.as_json()) == givens


@pytest.mark.parametrize(
    ("access", "deployer"),
    [
        ("admins: [creator]", None),
        ("admins: nobody", None),
        (f"admins: [{ROLE}/a, {ROLE}/b]", f"{ROLE}/a"),
        (f"admins: [creator, {ROLE}/a]", None),
        (f"admins: [{ROLE}/a]\n    deployersWithoutAdmin: [{ROLE}/d]", f"{ROLE}/d"),
        ("admins: [arn:aws:sts::111122223333:assumed-role/ci/run]", f"{ROLE}/ci"),
    ],
)
def test_who_deploys_is_not_locked_out(tmp_path, access, deployer):
    text = f"  cluster:access:\n    {access}"
    assert givens_of(stack(tmp_path, text)).deployer == deployer


def test_roles_and_policies_of_pods_are_given(tmp_path):
    text = f"""
  cluster:access: {{admins: [creator]}}
  cluster:addons:
    aws-ebs-csi-driver: {{identity: {{policies: ["arn:aws:iam::111122223333:policy/key"]}}}}
    aws-efs-csi-driver: {{identity: {{roleArn: "{ROLE}/efs"}}}}
  cluster:serviceAccounts:
    app:
      namespace: apps
      serviceAccount: app
      policies: ["arn:aws:iam::111122223333:policy/app", "arn:aws:iam::aws:policy/PowerUserAccess"]
    given: {{namespace: apps, serviceAccount: given, roleArn: "{ROLE}/pods/given"}}
"""
    found = givens_of(stack(tmp_path, text))
    pods = "pods.eks.amazonaws.com"
    assert found.roles == (
        GivenRole(arn=f"{ROLE}/efs", service=pods),
        GivenRole(arn=f"{ROLE}/pods/given", service=pods),
    )
    assert found.policies == (
        "arn:aws:iam::111122223333:policy/key",
        "arn:aws:iam::111122223333:policy/app",
    )


def test_who_is_chosen_deploys_and_is_there(tmp_path):
    chosen = f"{ROLE}/chosen"
    givens = givens_of(stack(tmp_path, "  cluster:access: {admins: [creator]}"), chosen)
    assert givens.deployer == chosen
    assert givens.roles == (GivenRole(arn=chosen),)


@pytest.mark.parametrize(
    ("allowed", "account", "elsewhere"),
    [
        ("", "111122223333", ()),
        ('  aws:allowedAccountIds: ["111122223333"]\n', "111122223333", ()),
        ('  aws:allowedAccountIds: ["999900001111"]\n', "999900001111", (f"{ROLE}/a",)),
        ('  aws:allowedAccountIds: ["999900001111", "111122223333"]\n', "111122223333", ()),
    ],
)
def test_the_account_is_one_that_is_allowed(tmp_path, allowed, account, elsewhere):
    text = f"  cluster:access: {{admins: ['{ROLE}/a']}}"
    givens = givens_of(stack(tmp_path, text, HEAD + allowed))
    assert (givens.account, givens.elsewhere) == (account, elsewhere)


def test_a_stack_that_names_nothing_has_the_usual_account(tmp_path):
    givens = givens_of(stack(tmp_path, "  cluster:access: {admins: [creator]}"))
    assert givens == Givens(account="123456789012", region="us-west-2")


def test_subnets_that_are_named_lie_in_different_zones_and_have_a_way_out(tmp_path):
    network = existing(
        tmp_path,
        private="[subnet-00000001, subnet-00000002]",
        more="controlPlaneSubnets: [subnet-00000002, subnet-00000003]",
    )
    assert network.id == "vpc-0123abcd"
    (first, second, third, public) = network.subnets
    assert [it.id for it in (first, second, third)] == [
        "subnet-00000001",
        "subnet-00000002",
        "subnet-00000003",
    ]
    assert first.zone != second.zone
    assert [it.way_out for it in network.subnets] == ["nat", "nat", "nat", "internet"]
    assert public.id not in {"subnet-00000001", "subnet-00000002", "subnet-00000003"}
    assert first.tags["kubernetes.io/role/internal-elb"] == "1", "tagSubnets is false"


def test_subnets_do_not_overlap_however_many_there_are(tmp_path):
    ids = ", ".join(f"subnet-{number:08x}" for number in range(40))
    network = existing(tmp_path, private=f"[{ids}]")
    blocks = [IPv4Network(it.cidr) for it in network.subnets]
    assert all(it.subnet_of(IPv4Network(network.cidr)) for it in blocks)
    assert len({str(it) for it in blocks}) == 41
    assert not any(a.overlaps(b) for a in blocks for b in blocks if a is not b)


def test_what_is_found_by_tags_has_them_and_the_same_id_in_each_run(tmp_path):
    def again():
        return existing(
            tmp_path,
            vpc="{tags: {Name: shared}}",
            private='{tags: {tier: private, team: "*"}}',
            more="publicSubnets: {tags: {tier: public}}\n      podSubnets: {tags: {tier: pods}}\n"
            "      controlPlaneSubnets: {tags: {tier: private, team: '*'}}\n"
            "      tagSubnets: true",
        )

    network = again()
    assert network == again()
    assert not network.ipv6
    assert network.tags == {"Name": "shared"}
    tiers: dict[str, list[str]] = {}
    for subnet in network.subnets:
        tiers.setdefault(subnet.tags["tier"], []).append(subnet.zone)
        assert "kubernetes.io/role/internal-elb" not in subnet.tags, "tagSubnets puts it on"
    zones = [it.name for it in facts.regions()["us-west-2"].zones][:3]
    assert tiers == {"private": zones, "public": zones, "pods": zones}
    assert all("*" not in it.tags.get("team", "") for it in network.subnets)


def test_the_network_of_an_ipv6_cluster_has_ipv6(tmp_path):
    private = "[subnet-00000001, subnet-00000002]"
    assert existing(tmp_path, private=private, family="ipv6").ipv6


def test_the_vpc_overlaps_no_network_that_is_named(tmp_path):
    text = EXISTING.format(
        vpc="vpc-0123abcd", private="[subnet-00000001, subnet-00000002]", family="ipv4", more=""
    )
    text += "  cluster:hybridNodes: {nodeCidrs: [10.0.0.0/15]}\n"
    network = givens_of(stack(tmp_path, text)).network
    assert network is not None
    assert network.cidr == "10.2.0.0/16"
