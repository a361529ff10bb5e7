"""Load balancers: they have interfaces in their subnets, and ARNs of their kind."""

from collections.abc import Iterable
from typing import Any

import moto.elbv2.urls
from moto.ec2.models import ec2_backends
from moto.elbv2.models import ELBv2Backend, FakeLoadBalancer
from moto.elbv2.responses import ELBV2Response
from moto.iam.models import iam_backends

from rehearsal.aws.replacing import urls

# In the ARN and in the description of interfaces.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/load-balancer-authentication-access-control.html
KINDS = {"application": "app", "network": "net", "gateway": "gwy"}


class ELBv2(ELBv2Backend):
    """Load balancers of one account and region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.interfaces: dict[str, list[str]] = {}

    @property
    def _url_module(self) -> Any:
        return urls(moto.elbv2.urls, ELBV2Response)

    def create_load_balancer(self, *args: Any, **kwargs: Any) -> FakeLoadBalancer:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html."""
        iam: Any = iam_backends[self.account_id][self.partition]
        iam.use_service("elasticloadbalancing.amazonaws.com")
        made: Any = super().create_load_balancer(*args, **kwargs)
        kind = KINDS[made.type or "application"]
        self._rename(made, made.arn.replace(":loadbalancer/app/", f":loadbalancer/{kind}/"))
        self._place(made, (subnet.id for subnet in made.subnets))
        return made

    def delete_load_balancer(self, arn: str) -> None:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html."""
        super().delete_load_balancer(arn)
        for interface in self.interfaces.pop(arn, []):
            self._ec2.delete_service_interface(interface)

    def set_subnets(self, arn: str, *args: Any, **kwargs: Any) -> Any:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSubnets.html."""
        zones = super().set_subnets(arn, *args, **kwargs)
        for interface in self.interfaces.pop(arn, []):
            self._ec2.delete_service_interface(interface)
        balancer: Any = self.load_balancers[arn]
        self._place(balancer, (subnet.id for subnet in balancer.subnets))
        return zones

    def set_security_groups(self, arn: str, sec_groups: list[str]) -> None:
        """https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSecurityGroups.html."""
        super().set_security_groups(arn, sec_groups)
        for interface in self.interfaces.get(arn, []):
            self._ec2.modify_network_interface_attribute(interface, sec_groups)

    def _rename(self, balancer: Any, arn: str) -> None:
        if arn == balancer.arn:
            return
        del self.load_balancers[balancer.arn]
        self.tagging_service.copy_tags(balancer.arn, arn)
        self.tagging_service.delete_all_tags_for_resource(balancer.arn)
        balancer.arn = arn
        self.load_balancers[arn] = balancer

    def _place(self, balancer: Any, subnets: Iterable[str]) -> None:
        name = balancer.arn.partition(":loadbalancer/")[2]
        self.interfaces[balancer.arn] = [
            self._ec2.create_service_interface(
                subnet, f"ELB {name}", list(balancer.security_groups or [])
            ).id
            for subnet in subnets
        ]

    @property
    def _ec2(self) -> Any:
        return ec2_backends[self.account_id][self.region_name]
