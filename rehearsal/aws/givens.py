"""What a stack file takes for granted, put into the account before the stack is made.

Ids and ARNs are those that the stack file names. What is there already stays as it is, so that the
same can be asked again, and more after a change of the file. None of it belongs to the stack: the
inventory leaves it out, and a rehearsal asks at its end whether it is all still there.
"""

import contextlib
import json
from collections.abc import Callable, Generator, Iterable, Iterator
from ipaddress import IPv4Network, IPv6Network
from types import ModuleType
from typing import Any

from moto.ec2.models import (
    ec2_backends,
    launch_templates,
    managed_prefixes,
    security_groups,
    subnets,
    vpcs,
)
from moto.iam.models import iam_backends
from moto.kms import models as kms_models
from moto.kms.models import kms_backends
from moto.sts.models import sts_backends

from rehearsal.aws import inventory
from rehearsal.aws.account import ACCOUNT
from rehearsal.aws.ec2 import blocks
from rehearsal.aws.inventory import GIVEN
from spec import facts
from spec.givens import GivenNetwork, GivenRole, Givens, GivenSubnet, read_givens

Made = tuple[str, str]
"""Kind and id of something that was put into the account."""

SESSION_NAME = "rehearsal"
# The longest that a session of a role can be.
# https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
SESSION_SECONDS = 43_200
ANYWHERE, ANYWHERE_IPV6 = "0.0.0.0/0", "::/0"
BEFORE = "Was there before the stack."
# What principals may do besides what access entries say: whoever deploys has to make everything.
OF_DEPLOYERS, OF_OTHERS = ("AdministratorAccess",), ("ReadOnlyAccess",)
# https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html
PODS = "pods.eks.amazonaws.com"
OF_SERVICES = {
    "ec2.amazonaws.com": ("AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"),
    "eks-fargate-pods.amazonaws.com": ("AmazonEKSFargatePodExecutionRolePolicy",),
    "ssm.amazonaws.com": ("AmazonSSMManagedInstanceCore",),
    "sagemaker.amazonaws.com": ("AmazonSageMakerClusterInstanceRolePolicy",),
    # What pods do is their own; those of add-ons need to read at least.
    PODS: OF_OTHERS,
}


def put(body: bytes) -> dict[str, Any]:
    """Put what is not there yet into the account; kind and id of each thing.

    Args:
        body: what `spec.givens.Givens.as_json` has written.

    Raises:
        ValueError: it is not that, or of another account.
    """
    wanted = read_givens(body)
    if wanted.account != ACCOUNT:
        raise ValueError(f"this is the account {ACCOUNT}, not {wanted.account}")
    before = inventory.keys()
    made = [{"kind": kind, "id": id_} for give in KINDS for kind, id_ in give(wanted)]
    GIVEN.update(inventory.keys() - before)
    return {"made": made}


def missing() -> list[dict[str, Any]]:
    """What was put into the account and is not there any more."""
    gone = GIVEN - inventory.keys()
    return [
        dict(zip(("service", "type", "id", "region"), key, strict=True)) for key in sorted(gone)
    ]


def credentials(of: str) -> dict[str, str]:
    """Keys of a user, or of a new session of a role.

    Args:
        of: the ARN of a role or user of the account.

    Raises:
        ValueError: there is no such principal.
    """
    partition = of.split(":")[1]
    iam, name = _iam(of), of.rpartition("/")[2]
    if of in {user.arn for user in iam.users.values()}:
        active = [key for key in iam.users[name].access_keys if key.status == "Active"]
        key = active[0] if active else iam.create_access_key(name)
        return {"id": key.access_key_id, "secret": key.secret_access_key, "token": ""}
    if of not in {role.arn for role in iam.get_roles()}:
        raise ValueError(f"there is no {of}")
    sts: Any = sts_backends[ACCOUNT][partition]
    region = next(it.name for it in facts.regions().values() if it.partition == partition)
    session = sts.assume_role(region, SESSION_NAME, of, "", SESSION_SECONDS, "")
    return {
        "id": session.access_key_id,
        "secret": session.secret_access_key,
        "token": session.session_token,
    }


# --- principals and policies ---


def _give_policies(wanted: Givens) -> Iterator[Made]:
    for arn in wanted.policies:
        iam = _iam(arn)
        if arn not in iam.managed_policies:
            path, name = _path_and_name(arn)
            anything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
            iam.create_policy(BEFORE, path, _document(anything), name, [])
            yield "policy", arn


def _give_roles(wanted: Givens) -> Iterator[Made]:
    for role in wanted.roles:
        iam = _iam(role.arn)
        path, name = _path_and_name(role.arn)
        there = {it.name: it for it in iam.get_roles()}.get(name)
        deploys = role.arn == wanted.deployer
        if there:
            # Another deployed so far. What a role that somebody has made may do is theirs to say.
            if deploys and there.description == BEFORE:
                _attach(iam, role.arn, OF_DEPLOYERS)
            continue
        iam.create_role(name, _trust(role), path, None, BEFORE, [], str(SESSION_SECONDS))
        others = OF_SERVICES[role.service] if role.service else OF_OTHERS
        _attach(iam, role.arn, OF_DEPLOYERS if deploys else others)
        yield "role", role.arn


def _attach(iam: Any, role_arn: str, policies: Iterable[str]) -> None:
    partition, name = role_arn.split(":")[1], role_arn.rpartition("/")[2]
    for policy in policies:
        policy_arn = f"arn:{partition}:iam::aws:policy/{policy}"
        if policy_arn in iam.managed_policies:
            iam.attach_role_policy(policy_arn, name)


def _trust(role: GivenRole) -> str:
    """Who takes a role on: a service, or who is allowed to in the account."""
    partition, account = role.arn.split(":")[1], role.arn.split(":")[4]
    root = {"AWS": f"arn:{partition}:iam::{account}:root"}
    principal = {"Service": role.service} if role.service else root
    # https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
    actions = ["sts:AssumeRole", *(["sts:TagSession"] if role.service == PODS else [])]
    return _document({"Effect": "Allow", "Principal": principal, "Action": actions})


def _give_users(wanted: Givens) -> Iterator[Made]:
    for arn in wanted.users:
        iam = _iam(arn)
        path, name = _path_and_name(arn)
        if name not in iam.users:
            iam.create_user(wanted.region, name, path)
            yield "user", arn


# --- keys ---


def _give_keys(wanted: Givens) -> Iterator[Made]:
    """Keys that the account decides about, and that CloudWatch Logs may use.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    for arn in wanted.keys:
        _, partition, _, region, account, resource = arn.split(":", 5)
        id_ = resource.partition("/")[2]
        kms: Any = kms_backends[account][region]
        if id_ in kms.keys:
            continue
        suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
        policy = _document(
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:{partition}:iam::{account}:root"},
                "Action": "kms:*",
                "Resource": "*",
            },
            {
                "Effect": "Allow",
                "Principal": {"Service": f"logs.{region}.{suffix}"},
                "Action": [
                    "kms:Encrypt*",
                    "kms:Decrypt*",
                    "kms:ReEncrypt*",
                    "kms:GenerateDataKey*",
                    "kms:Describe*",
                ],
                "Resource": "*",
            },
        )
        with _named(kms_models, "generate_key_id", id_):
            kms.create_key(
                policy, "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", "Was there before the stack.", []
            )
        yield "key", arn


# --- networks ---


def _give_network(wanted: Givens) -> Iterator[Made]:
    if wanted.network is None:
        return
    network, ec2 = wanted.network, _ec2(wanted)
    if network.id not in ec2.vpcs:
        _make_vpc(ec2, network)
        yield "VPC", network.id
    there = {subnet.id for subnet in ec2.describe_subnets()}
    # Those that lead to the internet come first: in one of them is the NAT gateway.
    for subnet in sorted(network.subnets, key=lambda it: it.way_out != "internet"):
        if subnet.id not in there:
            _make_subnet(ec2, network, subnet)
            yield "subnet", subnet.id


def _make_vpc(ec2: Any, network: GivenNetwork) -> None:
    tags = [{"Key": key, "Value": value} for key, value in network.tags.items()]
    with _named(vpcs, "random_vpc_id", network.id):
        vpc = ec2.create_vpc(network.cidr, amazon_provided_ipv6_cidr_block=network.ipv6, tags=tags)
    vpc.enable_dns_hostnames = True
    gateway = ec2.create_internet_gateway()
    ec2.attach_internet_gateway(gateway.id, network.id)
    if network.ipv6:
        ec2.create_egress_only_internet_gateway(network.id)


def _make_subnet(ec2: Any, network: GivenNetwork, given: GivenSubnet) -> None:
    """A subnet with its way out, in a block that is free: one of an earlier run may be taken."""
    vpc = ec2.get_vpc(network.id)
    with _named(subnets, "random_subnet_id", given.id):
        subnet = ec2.create_subnet(
            network.id,
            _free_block(ec2, vpc, given.cidr),
            availability_zone=given.zone,
            tags={"subnet": dict(given.tags)},
        )
    if network.ipv6:
        ec2.associate_subnet_cidr_block(subnet.id, _free_ipv6_block(ec2, vpc))
        ec2.modify_subnet_attribute(subnet.id, "assign_ipv6_address_on_creation", "true")
    subnet.map_public_ip_on_launch = given.way_out == "internet"
    table = ec2.create_route_table(network.id)
    ec2.associate_route_table(table.id, subnet_id=subnet.id)
    gateway = next(it.id for it in ec2.internet_gateways.values() if it.vpc and it.vpc.id == vpc.id)
    outwards = [it.id for it in ec2.egress_only_internet_gateways.values() if it.vpc_id == vpc.id]
    if given.way_out == "internet":
        ec2.create_route(table.id, ANYWHERE, gateway_id=gateway)
        if network.ipv6:
            ec2.create_route(
                table.id, None, destination_ipv6_cidr_block=ANYWHERE_IPV6, gateway_id=gateway
            )
        if not _nat_gateway(ec2, vpc.id):
            _make_nat_gateway(ec2, subnet.id)
        return
    ec2.create_route(table.id, ANYWHERE, nat_gateway_id=_nat_gateway(ec2, vpc.id))
    if network.ipv6:
        ec2.create_route(
            table.id,
            None,
            destination_ipv6_cidr_block=ANYWHERE_IPV6,
            egress_only_igw_id=outwards[0],
        )


def _nat_gateway(ec2: Any, vpc_id: str) -> str | None:
    found = (it.id for it in ec2.nat_gateways.values() if it.vpc_id == vpc_id)
    return next(found, None)


def _make_nat_gateway(ec2: Any, subnet_id: str) -> None:
    address = ec2.allocate_address("vpc")
    gateway = ec2.create_nat_gateway(subnet_id, address.allocation_id)
    gateway.state = "available"  # it has been there for long


def _free_block(ec2: Any, vpc: Any, wanted: str) -> str:
    """An IPv4 block for a subnet: the wanted one, or the first that is free in its size."""
    taken = [it.cidr for it in ec2.describe_subnets(filters={"vpc-id": [vpc.id]})]
    first = IPv4Network(wanted)
    every = IPv4Network(vpc.cidr_block).subnets(new_prefix=first.prefixlen)
    return str(next(it for it in (first, *every) if not any(it.overlaps(other) for other in taken)))


def _free_ipv6_block(ec2: Any, vpc: Any) -> str:
    (whole,) = blocks.ipv6_blocks(vpc)
    taken = {
        association["ipv6CidrBlock"]
        for subnet in ec2.describe_subnets(filters={"vpc-id": [vpc.id]})
        for association in subnet.ipv6_cidr_block_associations.values()
    }
    every = (str(it) for it in IPv6Network(whole).subnets(new_prefix=64))
    return next(it for it in every if it not in taken)


def _give_security_groups(wanted: Givens) -> Iterator[Made]:
    """Groups of the existing VPC; or else of another one, as a peered one would be."""
    ec2 = _ec2(wanted)
    vpc_id = wanted.network.id if wanted.network else ec2.default_vpc.id
    there = {group.id for groups in ec2.groups.values() for group in groups.values()}
    for id_ in wanted.security_groups:
        if id_ not in there:
            with _named(security_groups, "random_security_group_id", id_):
                ec2.create_security_group(f"given-{id_}", "Was there before the stack.", vpc_id)
            yield "security group", id_


def _give_key_pairs(wanted: Givens) -> Iterator[Made]:
    ec2 = _ec2(wanted)
    for name in wanted.key_pairs:
        if name not in ec2.key_pairs:
            ec2.create_key_pair(name, "ed25519", {})
            yield "key pair", name


def _give_placement_groups(wanted: Givens) -> Iterator[Made]:
    """Groups that spread instances, which takes those of all zones."""
    ec2 = _ec2(wanted)
    for name in wanted.placement_groups:
        if name not in ec2.placement_groups:
            ec2.create_placement_group(name, "spread", None, None, {})
            yield "placement group", name


def _give_images(wanted: Givens) -> Iterator[Made]:
    ec2 = _ec2(wanted)
    for image in wanted.images:
        if image.id not in ec2.amis:
            ec2.register_own_image(image.id, image.ami_type)
            yield "image", image.id


def _give_launch_templates(wanted: Givens) -> Iterator[Made]:
    ec2 = _ec2(wanted)
    for given in wanted.launch_templates:
        template = ec2.launch_templates.get(given.id)
        if template is None:
            with _named(launch_templates, "random_launch_template_id", given.id):
                template = ec2.create_launch_template(f"given-{given.id}", "", {}, {})
            yield "launch template", given.id
        while len(template.versions) < given.versions:
            template.create_version({}, "")


def _give_prefix_lists(wanted: Givens) -> Iterator[Made]:
    ec2 = _ec2(wanted)
    for id_ in wanted.prefix_lists:
        if id_ not in ec2.managed_prefix_lists:
            # A block that is for documentation: https://www.rfc-editor.org/rfc/rfc5737
            entry = [{"Cidr": "203.0.113.0/24", "Description": "Was there before the stack."}]
            with _named(managed_prefixes, "random_managed_prefix_list_id", id_):
                ec2.create_managed_prefix_list("IPv4", entry, "10", f"given-{id_}")
            yield "prefix list", id_


def _give_local_zones(wanted: Givens) -> Iterator[Made]:
    ec2 = _ec2(wanted)
    for name in wanted.local_zones:
        group = facts.local_zones()[name].group
        if group not in ec2.zone_groups:
            ec2.opt_in(group, "opted-in")
            yield "Local Zone", name


KINDS: tuple[Callable[[Givens], Iterator[Made]], ...] = (
    _give_policies,
    _give_roles,
    _give_users,
    _give_keys,
    _give_network,
    _give_security_groups,
    _give_key_pairs,
    _give_placement_groups,
    _give_images,
    _give_launch_templates,
    _give_prefix_lists,
    _give_local_zones,
)


def _iam(arn: str) -> Any:
    partition, account = arn.split(":")[1], arn.split(":")[4]
    return iam_backends[account][partition]


def _ec2(wanted: Givens) -> Any:
    return ec2_backends[ACCOUNT][wanted.region]


def _path_and_name(arn: str) -> tuple[str, str]:
    """Path and name in the ARN of something of IAM."""
    path, _, name = arn.split(":", 5)[5].partition("/")[2].rpartition("/")
    return f"/{path}/" if path else "/", name


def _document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@contextlib.contextmanager
def _named(module: ModuleType, maker: str, id_: str) -> Generator[None]:
    """Within the block, moto gives this id to what it makes.

    Args:
        module: of moto, where the thing is made.
        maker: its function that makes ids up.
        id_: the one that is wanted.
    """
    usual = vars(module)[maker]
    vars(module)[maker] = lambda *_: id_
    try:
        yield
    finally:
        vars(module)[maker] = usual
