"""Egress-only internet gateways, which can be looked for by their tags.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeEgressOnlyInternetGateways.html
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models.internet_gateways import EgressOnlyInternetGateway
from moto.ec2.responses import EC2Response
from moto.ec2.utils import generic_filter


class EgressOnlyGatewayAnswers(EC2Response):
    """Answers that respect filters."""

    def describe_egress_only_internet_gateways(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeEgressOnlyInternetGateways.html."""
        answer: Any = super().describe_egress_only_internet_gateways().result
        found: list[EgressOnlyInternetGateway] = answer["EgressOnlyInternetGateways"]
        kept = generic_filter(self._filters_from_querystring(), found)  # type: ignore[type-var]
        return ActionResult({"EgressOnlyInternetGateways": kept})
