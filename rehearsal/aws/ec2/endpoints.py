"""VPC endpoints: their interfaces are a service's, their routes follow their route tables."""

import json
from collections.abc import Sequence
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.managed_prefixes import ManagedPrefixList
from moto.ec2.models.vpcs import VPCEndPoint
from moto.ec2.responses import EC2Response

from rehearsal.aws.account import ACCOUNT
from rehearsal.aws.clock import TIMELINE
from rehearsal.aws.ec2 import endpoint_rules as rules
from rehearsal.aws.ec2.interfaces import Interfaces

GATEWAY, INTERFACE = "Gateway", "Interface"
ENDED = {"deleting", "deleted"}
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
NAMES_NEED_A_GATEWAY = ".s3"


class Endpoints(Interfaces, EC2Backend):
    """VPC endpoints of a region, with a life in time."""

    def create_vpc_endpoint(  # noqa: PLR0917 - moto's own order
        self,
        vpc_id: str,
        service_name: str,
        endpoint_type: str | None,
        policy_document: str | None,
        route_table_ids: list[str],
        subnet_ids: list[str] | None = None,
        *args: Any,
        private_dns_enabled: bool | None = None,
        **kwargs: Any,
    ) -> VPCEndPoint:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html."""
        kind = endpoint_type or GATEWAY
        vpc = self.get_vpc(vpc_id)
        offers = self._offers(service_name)
        rules.service_is_offered(service_name, set(offers))
        rules.service_has_the_type(kind, set(offers))
        rules.parts_fit_the_type(kind, route_table_ids, subnet_ids or [])
        self._leaves_room(kind, vpc_id)
        if kind == GATEWAY:
            self._check_tables(vpc_id, service_name, route_table_ids)
            private_dns_enabled = False
        else:
            self._check_subnets(vpc_id, service_name, subnet_ids or [])
            if private_dns_enabled:
                self._check_name(vpc, service_name)
        endpoint: Any = super().create_vpc_endpoint(
            vpc_id,
            service_name,
            kind,
            policy_document,
            route_table_ids,
            subnet_ids,
            *args,
            private_dns_enabled=private_dns_enabled,
            **kwargs,
        )
        endpoint.ip_address_type = "ipv4"
        endpoint.requester_managed = False
        if kind == INTERFACE and not endpoint.security_group_ids:
            default = self.get_default_security_group(vpc_id)
            endpoint.security_group_ids = [default.id] if default else []
        self._adopt_interfaces(endpoint)
        if kind == INTERFACE:  # a gateway is but a route
            endpoint.state = "pending"
            subject = ("ec2.vpc-endpoint.created", self.region_name, endpoint.id)
            TIMELINE.after("vpc-endpoint.interface.create", *subject)
        return endpoint

    def modify_vpc_endpoint(  # noqa: PLR0917 - moto calls it by position
        self,
        vpc_id: str,
        policy_doc: str,
        add_subnets: list[str] | None,
        remove_subnets: list[str] | None,
        remove_route_tables: list[str] | None,
        add_route_tables: list[str] | None,
        add_security_groups: list[str] | None,
        remove_security_groups: list[str] | None,
    ) -> None:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html."""
        endpoint: Any = self.describe_vpc_endpoints(vpc_end_point_ids=[vpc_id])[0]
        rules.parts_fit_the_type(
            endpoint.vpc_endpoint_type, add_route_tables or [], add_subnets or []
        )
        stay = [it for it in endpoint.subnet_ids or [] if it not in (remove_subnets or [])]
        self._check_subnets(endpoint.vpc_id, endpoint.service_name, [*stay, *(add_subnets or [])])
        self._check_tables(endpoint.vpc_id, endpoint.service_name, add_route_tables or [])
        super().modify_vpc_endpoint(
            vpc_id,
            policy_doc,
            add_subnets,
            remove_subnets,
            remove_route_tables,
            add_route_tables,
            add_security_groups,
            remove_security_groups,
        )
        prefix_list = endpoint.destination_prefix_list_id
        for table in add_route_tables or []:
            self.create_route(
                table, None, gateway_id=vpc_id, destination_prefix_list_id=prefix_list
            )
        for table in remove_route_tables or []:
            self.delete_route(table, prefix_list)
        if endpoint.vpc_endpoint_type == INTERFACE:
            self._fit_interfaces(endpoint)

    def set_private_dns(self, endpoint_id: str, enabled: bool) -> None:
        """Let an endpoint answer for its service's usual name, or not any more."""
        endpoint: Any = self.describe_vpc_endpoints(vpc_end_point_ids=[endpoint_id])[0]
        if enabled and not endpoint.private_dns_enabled:
            self._check_name(self.get_vpc(endpoint.vpc_id), endpoint.service_name)
        endpoint.private_dns_enabled = enabled

    def delete_vpc_endpoints(self, vpce_ids: list[str] | None = None) -> None:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html."""
        for endpoint_id in vpce_ids or []:
            endpoint: Any = self.vpc_end_points.get(endpoint_id)
            if endpoint is None or endpoint.state in ENDED:
                continue
            endpoint.state = "deleting"
            for table in endpoint.route_table_ids or []:
                if table in self.route_tables:
                    self.delete_route(table, endpoint.destination_prefix_list_id)
            if endpoint.vpc_endpoint_type == INTERFACE:
                subject = ("ec2.vpc-endpoint.deleted", self.region_name, endpoint_id)
                TIMELINE.after("vpc-endpoint.interface.delete", *subject)
            else:
                self.vpc_endpoint_deleted(endpoint_id)

    def vpc_endpoint_deleted(self, endpoint_id: str) -> None:
        """Give its interfaces back."""
        endpoint: Any = self.vpc_end_points.pop(endpoint_id)
        for interface in endpoint.network_interface_ids or []:
            self.delete_service_interface(interface)

    # --- what is checked ---

    def _offers(self, service: str) -> dict[str, Any]:
        """What a region offers of a service, by type."""
        known: Any = self._collect_default_endpoint_services(self.account_id, self.region_name)
        return {
            kind["ServiceType"]: offer
            for offer in known
            if offer["ServiceName"] == service
            for kind in offer["ServiceType"]
        }

    def _living(self, kind: str, vpc_id: str | None = None) -> list[Any]:
        return [
            endpoint
            for endpoint in self.vpc_end_points.values()
            if endpoint.vpc_endpoint_type == kind
            and vpc_id in {None, endpoint.vpc_id}
            and endpoint.state not in ENDED
        ]

    def _leaves_room(self, kind: str, vpc_id: str) -> None:
        if kind == GATEWAY:
            rules.leaves_room_for_a_gateway_endpoint(len(self._living(GATEWAY)))
        else:
            rules.leaves_room_for_an_interface_endpoint(len(self._living(INTERFACE, vpc_id)))

    def _check_tables(self, vpc_id: str, service: str, tables: Sequence[str]) -> None:
        found = {table: self.get_route_table(table) for table in tables}
        rules.is_of_the_network(vpc_id, {name: it.vpc_id for name, it in found.items()})
        prefix_list = next(
            (it.id for it in self.managed_prefix_lists.values() if it.prefix_list_name == service),
            "",
        )
        for name, table in found.items():
            destinations = [route.destination_prefix_list_id for route in table.routes]
            rules.table_has_no_gateway_to_service(name, prefix_list, destinations)

    def _check_subnets(self, vpc_id: str, service: str, subnets: Sequence[str]) -> None:
        found = {name: self.get_subnet(name) for name in subnets}
        rules.is_of_the_network(vpc_id, {name: it.vpc_id for name, it in found.items()})
        zones = {name: it.availability_zone for name, it in found.items()}
        rules.has_one_subnet_per_zone(zones)
        offer = self._offers(service).get(INTERFACE)
        if offer:
            rules.service_is_in_the_zones(service, zones, set(offer["AvailabilityZones"]))

    def _check_name(self, vpc: Any, service: str) -> None:
        resolves = all(
            str(flag).lower() == "true"
            for flag in (vpc.enable_dns_support, vpc.enable_dns_hostnames)
        )
        rules.network_resolves_private_names(vpc.id, resolves)
        name = self._private_name(service)
        taken = [
            self._private_name(endpoint.service_name)
            for endpoint in self._living(INTERFACE, vpc.id)
            if endpoint.private_dns_enabled
        ]
        rules.private_name_is_free(name, vpc.id, taken)
        if service.endswith(NAMES_NEED_A_GATEWAY):
            gateways = {endpoint.service_name for endpoint in self._living(GATEWAY, vpc.id)}
            rules.network_has_a_gateway_to_service(vpc.id, service in gateways)

    def _private_name(self, service: str) -> str:
        return str(self._offers(service)[INTERFACE]["PrivateDnsName"])

    # --- interfaces ---

    def _fit_interfaces(self, endpoint: Any) -> None:
        """One interface in each of its subnets."""
        there = {self.enis[eni].subnet.id: eni for eni in endpoint.network_interface_ids}
        for subnet in set(there) - set(endpoint.subnet_ids):
            self.delete_service_interface(there.pop(subnet))
        for subnet in endpoint.subnet_ids:
            if subnet not in there:
                there[subnet] = self.create_network_interface(subnet, None).id
        endpoint.network_interface_ids = list(there.values())
        self._adopt_interfaces(endpoint)

    def _adopt_interfaces(self, endpoint: Any) -> None:
        groups = [self.get_security_group_from_id(g) for g in endpoint.security_group_ids or []]
        for interface_id in endpoint.network_interface_ids or []:
            interface = self.get_network_interface(interface_id)
            interface._group_set = groups
            self.hand_to_service(
                interface, f"VPC Endpoint Interface {endpoint.id}", kind="vpc_endpoint"
            )


class EndpointAnswers(EC2Response):
    """Answers that take all that an endpoint can be asked for."""

    def create_vpc_endpoint(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html."""
        answer = super().create_vpc_endpoint()
        endpoint: Any = answer.result["VpcEndpoint"]  # type: ignore[index]
        endpoint.ip_address_type = self._get_param("IpAddressType") or endpoint.ip_address_type
        return answer

    def modify_vpc_endpoint(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html."""
        ec2: Any = self.ec2_backend
        name = self._get_param("VpcEndpointId")
        endpoint = ec2.describe_vpc_endpoints(vpc_end_point_ids=[name])[0]
        private_dns = self._get_param("PrivateDnsEnabled")
        if private_dns is not None:
            ec2.set_private_dns(name, str(private_dns).lower() == "true")
        answer = super().modify_vpc_endpoint()
        if str(self._get_param("ResetPolicy")).lower() == "true":
            endpoint.policy_document = json.dumps(VPCEndPoint.DEFAULT_POLICY)
        endpoint.ip_address_type = self._get_param("IpAddressType") or endpoint.ip_address_type
        return answer

    def delete_vpc_endpoints(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html."""
        asked = self._get_param("VpcEndpointIds", [])
        missing = [name for name in asked if name not in self.ec2_backend.vpc_end_points]
        self.ec2_backend.delete_vpc_endpoints(vpce_ids=asked)
        unsuccessful = [
            {
                "ResourceId": name,
                "Error": {
                    "Code": "InvalidVpcEndpoint.NotFound",
                    "Message": f"The Vpc Endpoint Id '{name}' does not exist",
                },
            }
            for name in missing
        ]
        return ActionResult({"Unsuccessful": unsuccessful})


def endpoint_id(endpoint: VPCEndPoint) -> str:
    """What DescribeVpcEndpoints is filtered by."""
    return endpoint.id


def prefix_list_blocks(prefix_list: ManagedPrefixList) -> list[str]:
    """The addresses of a service, as DescribePrefixLists answers them."""
    newest: Any = list(prefix_list.entries.values())[-1:]
    return [entry["Cidr"] for entries in newest for entry in entries]


@TIMELINE.carries_out("ec2.vpc-endpoint.created")
def _created(region: str, name: str) -> None:
    endpoint: Any = ec2_backends[ACCOUNT][region].vpc_end_points.get(name)
    if endpoint and endpoint.state == "pending":
        endpoint.state = "available"


@TIMELINE.carries_out("ec2.vpc-endpoint.deleted")
def _deleted(region: str, name: str) -> None:
    ec2: Any = ec2_backends[ACCOUNT][region]
    ec2.vpc_endpoint_deleted(name)
