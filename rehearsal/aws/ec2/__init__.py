"""Amazon EC2 and VPC: moto's, corrected where a rehearsal would notice. One idea per module."""

from typing import Any

import moto.ec2.urls

from rehearsal.aws.ec2.addresses import Addresses
from rehearsal.aws.ec2.blocks import Blocks
from rehearsal.aws.ec2.dependencies import Dependencies
from rehearsal.aws.ec2.egress_only_gateways import EgressOnlyGatewayAnswers
from rehearsal.aws.ec2.endpoints import EndpointAnswers, Endpoints
from rehearsal.aws.ec2.flow_logs import FlowLogs
from rehearsal.aws.ec2.images import Images
from rehearsal.aws.ec2.interfaces import Interfaces
from rehearsal.aws.ec2.launch_templates import LaunchTemplateAnswers, LaunchTemplates
from rehearsal.aws.ec2.launching import Launching
from rehearsal.aws.ec2.nat_gateways import NatGateways
from rehearsal.aws.ec2.placement_groups import PlacementGroupAnswers, PlacementGroups
from rehearsal.aws.ec2.routes import Routes
from rehearsal.aws.ec2.security_groups import SecurityGroupAnswers, SecurityGroups
from rehearsal.aws.ec2.subnets import SubnetAnswers, Subnets
from rehearsal.aws.ec2.volumes import Volumes
from rehearsal.aws.ec2.zones import ZoneAnswers, Zones
from rehearsal.aws.replacing import urls
from rehearsal.aws.shortages import Shortages


class EC2(
    Shortages,
    Addresses,
    Blocks,
    Dependencies,
    Launching,
    Images,
    NatGateways,
    Endpoints,
    FlowLogs,
    Interfaces,
    LaunchTemplates,
    PlacementGroups,
    Routes,
    SecurityGroups,
    Subnets,
    Volumes,
    Zones,
):
    """EC2 of one account and region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.register_node_images()

    @property
    def _url_module(self) -> Any:
        return urls(moto.ec2.urls, EC2Answers)


class EC2Answers(
    EgressOnlyGatewayAnswers,
    EndpointAnswers,
    LaunchTemplateAnswers,
    PlacementGroupAnswers,
    SecurityGroupAnswers,
    SubnetAnswers,
    ZoneAnswers,
):
    """What EC2 answers on the wire."""
