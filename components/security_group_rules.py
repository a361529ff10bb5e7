"""Further rules of the cluster security group."""

import dataclasses
from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components.component import Component
from spec.model import SecurityGroupRuleSpec


@dataclasses.dataclass(frozen=True, kw_only=True)
class SecurityGroupRulesArgs:
    """Arguments of `SecurityGroupRules`.

    Attributes:
        security_group_id: The group, which control plane and nodes share.
        rules: Its rules, by name.
    """

    security_group_id: pulumi.Input[str]
    rules: Mapping[str, SecurityGroupRuleSpec]


class SecurityGroupRules(Component):
    """Rules that are added to those that EKS makes.

    https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
    """

    def __init__(
        self, name: str, args: SecurityGroupRulesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("SecurityGroupRules", name, opts)
        for rule_name, rule in args.rules.items():
            kind = (
                aws.vpc.SecurityGroupIngressRule
                if rule.direction == "ingress"
                else aws.vpc.SecurityGroupEgressRule
            )
            kind(
                f"{name}-{rule_name}",
                security_group_id=args.security_group_id,
                description=rule.description,
                ip_protocol="-1" if rule.protocol == "all" else rule.protocol,
                from_port=rule.from_port,
                to_port=None if rule.from_port is None else rule.last_port,
                cidr_ipv4=str(rule.cidr) if rule.cidr else None,
                referenced_security_group_id=rule.security_group,
                prefix_list_id=rule.prefix_list,
                tags={"Name": f"{name}-{rule_name}"},
                opts=self.child(),
            )
        self.register_outputs({})
