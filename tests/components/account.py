"""What AWS tells of an account, from small tables that a test sets."""

import dataclasses
import hashlib
from collections.abc import Mapping
from typing import Any

ACCOUNT = "123456789012"
CALLER = f"arn:aws:iam::{ACCOUNT}:user/somebody"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Subnet:
    """A subnet that is there.

    Attributes:
        zone: Its zone's name.
        zone_id: Its zone's id.
        vpc_id: Its VPC.
        tags: Its tags.
        free: Addresses that nobody has.
        ipv6: Its IPv6 block.
        route: What 0.0.0.0/0 leads to: the id of a gateway, or nothing.
        own_table: Whether it has a route table of its own, instead of the VPC's main one.
    """

    zone: str
    zone_id: str
    vpc_id: str = "vpc-0123abcd"
    tags: Mapping[str, str] = dataclasses.field(default_factory=dict)
    free: int = 4000
    ipv6: str = ""
    route: str = "nat-0123abcd"
    own_table: bool = True


@dataclasses.dataclass(frozen=True, kw_only=True)
class Account:
    """An account.

    Attributes:
        caller: The ARN of whoever asks.
        paths: The paths of roles, by name; others have none.
        subnets: Subnets that are there, by id.
        vpcs: Tags of VPCs that are there, by id.
        missing_parameters: Names of parameters that are not there.
        refuses: Why it answers nothing; empty: it answers.
    """

    caller: str = CALLER
    paths: Mapping[str, str] = dataclasses.field(default_factory=dict)
    subnets: Mapping[str, Subnet] = dataclasses.field(default_factory=dict)
    vpcs: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)
    missing_parameters: frozenset[str] = frozenset()
    refuses: str = ""

    def answer(self, token: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """What a function of the aws provider returns.

        Raises:
            LookupError: There is no such function, subnet or table: AWS would refuse the call too.
        """
        return {
            "aws:index/getCallerIdentity:getCallerIdentity": self._caller,
            "aws:index/getPartition:getPartition": self._partition,
            "aws:iam/getSessionContext:getSessionContext": self._session,
            "aws:ssm/getParameter:getParameter": self._parameter,
            "aws:ec2/getVpcs:getVpcs": self._vpcs,
            "aws:ec2/getSubnets:getSubnets": self._subnets,
            "aws:ec2/getSubnet:getSubnet": self._subnet,
            "aws:ec2/getRouteTables:getRouteTables": self._tables,
            "aws:ec2/getRouteTable:getRouteTable": self._table,
        }[token](args)

    def _caller(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"accountId": self.caller.split(":")[4], "arn": self.caller, "id": ACCOUNT}

    def _partition(self, _: Mapping[str, Any]) -> dict[str, Any]:
        return {"partition": "aws", "dnsSuffix": "amazonaws.com", "id": "aws"}

    def _session(self, args: Mapping[str, Any]) -> dict[str, Any]:
        arn: str = args["arn"]
        if ":assumed-role/" not in arn:
            return {"arn": arn, "issuerArn": arn, "id": arn}
        _, partition, _, _, account, resource = arn.split(":", 5)
        name = resource.split("/")[1]
        path = self.paths.get(name, "/")
        issuer = f"arn:{partition}:iam::{account}:role{path}{name}"
        return {"arn": arn, "issuerArn": issuer, "issuerName": name, "id": arn}

    def _parameter(self, args: Mapping[str, Any]) -> dict[str, Any]:
        """Of an image: an id that is always the same."""
        name: str = args["name"]
        value = f"ami-{hashlib.sha256(name.encode()).hexdigest()[:17]}"
        return {"id": name, "name": name, "insecureValue": value, "value": value}

    def _vpcs(self, args: Mapping[str, Any]) -> dict[str, Any]:
        wanted = {it["name"]: it["values"] for it in args["filters"]}
        found = [id_ for id_, tags in self.vpcs.items() if _tagged(tags, wanted)]
        return {"ids": found[::-1], "id": "ap-northeast-2"}

    def _subnets(self, args: Mapping[str, Any]) -> dict[str, Any]:
        wanted = {it["name"]: it["values"] for it in args["filters"]}
        vpcs = wanted.pop("vpc-id")
        found = [
            id_
            for id_, subnet in self.subnets.items()
            if subnet.vpc_id in vpcs and _tagged(subnet.tags, wanted)
        ]
        return {"ids": found[::-1], "id": "ap-northeast-2"}

    def _subnet(self, args: Mapping[str, Any]) -> dict[str, Any]:
        subnet = self.subnets[args["id"]]
        return {
            "id": args["id"],
            "vpcId": subnet.vpc_id,
            "availabilityZone": subnet.zone,
            "availabilityZoneId": subnet.zone_id,
            "availableIpAddressCount": subnet.free,
            "ipv6CidrBlock": subnet.ipv6,
            "tags": dict(subnet.tags),
        }

    def _tables(self, args: Mapping[str, Any]) -> dict[str, Any]:
        ((name, values),) = [(it["name"], it["values"]) for it in args["filters"]]
        if name == "association.main":
            return {"ids": [f"rtb-main-{args['vpcId']}"], "id": "ap-northeast-2"}
        (subnet,) = values
        own = [f"rtb-{subnet}"] if self.subnets[subnet].own_table else []
        return {"ids": own, "id": "ap-northeast-2"}

    def _table(self, args: Mapping[str, Any]) -> dict[str, Any]:
        id_: str = args["routeTableId"]
        of = [
            it.route
            for name, it in self.subnets.items()
            if id_ == (f"rtb-{name}" if it.own_table else f"rtb-main-{it.vpc_id}")
        ]
        routes = [_route("10.0.0.0/16", "local")]
        if of and of[0]:
            routes.append(_route("0.0.0.0/0", of[0]))
        return {"routes": routes, "routeTableId": id_, "id": id_}


def _tagged(tags: Mapping[str, str], wanted: Mapping[str, Any]) -> bool:
    """Whether tags are those of filters, whose `*` stands for any value."""
    return all(
        tags.get(name.removeprefix("tag:")) in values
        or ("*" in values and name.removeprefix("tag:") in tags)
        for name, values in wanted.items()
    )


def _route(cidr: str, target: str) -> dict[str, str]:
    """A route; what it does not lead to is empty text, as the provider answers."""
    targets = {
        "nat": "natGatewayId",
        "igw": "gatewayId",
        "tgw": "transitGatewayId",
        "eni": "networkInterfaceId",
        "local": "gatewayId",
    }
    empty = dict.fromkeys(
        (
            "carrierGatewayId",
            "coreNetworkArn",
            "destinationPrefixListId",
            "egressOnlyGatewayId",
            "gatewayId",
            "instanceId",
            "ipv6CidrBlock",
            "localGatewayId",
            "natGatewayId",
            "networkInterfaceId",
            "transitGatewayId",
            "vpcEndpointId",
            "vpcPeeringConnectionId",
        ),
        "",
    )
    return {**empty, "cidrBlock": cidr, targets[target.split("-", maxsplit=1)[0]]: target}
