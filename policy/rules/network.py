"""Rules for the network."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from policy.resources import Resource, Resources
from policy.rule import Severity, rule

VPC = "aws:ec2/vpc:Vpc"
DEFAULT_VPC = "aws:ec2/defaultVpc:DefaultVpc"
SUBNET = "aws:ec2/subnet:Subnet"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
EIP = "aws:ec2/eip:Eip"
SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_SECURITY_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
OLD_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"

_RULES = (INGRESS_RULE, EGRESS_RULE, OLD_RULE)
_CLOSED_PORTS = (22, 3389, 80)
_NO_DESCRIPTION = "Managed by Pulumi"  # what Pulumi says where nothing is said


@rule(VPC, severity=Severity.MEDIUM, of_stack=True)
def vpc_flow_logs(vpc: Resource, stack: Resources) -> Iterator[str]:
    """The traffic of a VPC is written down."""
    if not stack.referring_to(vpc, FLOW_LOG):
        yield "there are no flow logs of it"


@rule(VPC, severity=Severity.LOW, of_stack=True)
def default_sg_closed(vpc: Resource, stack: Resources) -> Iterator[str]:
    """The security group that comes with a VPC lets nothing in and nothing out."""
    groups = stack.referring_to(vpc, DEFAULT_SECURITY_GROUP)
    if not groups:
        yield "its default security group is as AWS makes it"
    for group in groups:
        rules = stack.referring_to(group, *_RULES)
        if group.properties.get("ingress") or group.properties.get("egress") or rules:
            yield f"its default security group {group.name} has rules"


@rule(SUBNET, severity=Severity.HIGH)
def subnet_no_public_ip(subnet: Resource, _: Resources) -> Iterator[str]:
    """Subnets give out no public addresses by themselves."""
    if subnet.properties.get("mapPublicIpOnLaunch") is True:
        yield "mapPublicIpOnLaunch is true"


_Rule = Mapping[str, Any]


def _rules(resource: Resource, direction: str) -> Iterator[_Rule]:
    """The security group rules of one direction that a resource makes."""
    if resource.type in (SECURITY_GROUP, DEFAULT_SECURITY_GROUP):
        yield from resource.properties.get(direction) or ()
    elif (
        resource.type == {"ingress": INGRESS_RULE, "egress": EGRESS_RULE}[direction]
        or resource.properties.get("type") == direction
    ):
        yield resource.properties


def _world(it: _Rule) -> str | None:
    """The block of a rule that is the whole internet."""
    blocks = [
        it.get("cidrIpv4"),
        it.get("cidrIpv6"),
        *(it.get("cidrBlocks") or ()),
        *(it.get("ipv6CidrBlocks") or ()),
    ]
    return next((block for block in blocks if block and ip_network(block).prefixlen == 0), None)


def _ports(it: _Rule) -> range | None:
    """The ports of a rule; None: all."""
    protocol = str(it.get("ipProtocol", it.get("protocol")))
    if protocol in ("-1", "all"):
        return None
    return range(int(it.get("fromPort") or 0), int(it.get("toPort") or 0) + 1)


@rule(SECURITY_GROUP, EGRESS_RULE, OLD_RULE, severity=Severity.CRITICAL)
def sg_egress(resource: Resource, _: Resources) -> Iterator[str]:
    """No security group of ours lets traffic out to the whole internet."""
    for it in _rules(resource, "egress"):
        if block := _world(it):
            yield f"lets traffic out to {block}"


@rule(SECURITY_GROUP, INGRESS_RULE, OLD_RULE, severity=Severity.HIGH)
def sg_ingress(resource: Resource, _: Resources) -> Iterator[str]:
    """No security group lets the whole internet in to ports 22, 80, 3389 or all."""
    for it in _rules(resource, "ingress"):
        ports = _ports(it)
        if block := _world(it):
            open_ports = [port for port in _CLOSED_PORTS if ports and port in ports]
            if ports is None or open_ports:
                yield f"lets {block} in to {', '.join(map(str, open_ports)) or 'all ports'}"


@rule(SECURITY_GROUP, *_RULES, severity=Severity.LOW)
def sg_description(resource: Resource, _: Resources) -> Iterator[str]:
    """Security groups and each of their rules say what they are for."""
    said = [resource.properties]
    for direction in ("ingress", "egress"):
        said += [it for it in _rules(resource, direction) if it is not resource.properties]
    if any(it.get("description") in (None, "", _NO_DESCRIPTION) for it in said):
        yield "description is not said"


@rule(SECURITY_GROUP, severity=Severity.LOW, of_stack=True)
def sg_attached(group: Resource, stack: Resources) -> Iterator[str]:
    """Security groups are used."""
    if all(it.type in _RULES for it in stack.referring_to(group)):
        yield "nothing has it"


@rule(EIP, severity=Severity.LOW, of_stack=True)
def eip_attached(address: Resource, stack: Resources) -> Iterator[str]:
    """Public addresses are used."""
    users = ("aws:ec2/natGateway:NatGateway", "aws:ec2/eipAssociation:EipAssociation")
    if not address.properties.get("instance") and not stack.referring_to(address, *users):
        yield "nothing has it"


@rule(DEFAULT_VPC, severity=Severity.HIGH)
def no_default_vpc(_: Resource, __: Resources) -> Iterator[str]:
    """Nothing is made in the VPC that comes with an account."""
    yield "is the account's default VPC"
