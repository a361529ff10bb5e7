"""Rules of security groups, as DescribeSecurityGroupRules answers them.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html
"""

from moto.ec2.models.security_groups import SecurityGroupRule


def rule_description(rule: SecurityGroupRule) -> str | None:
    """What a rule is for, whether it names addresses or another group."""
    return rule.ip_range.get("Description") or rule.source_group.get("Description")


def rule_owner(rule: SecurityGroupRule) -> str:
    """The account that the rule's group belongs to."""
    return rule.owner_id
