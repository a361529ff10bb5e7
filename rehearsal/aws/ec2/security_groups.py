"""Names of security groups, and their rules as DescribeSecurityGroupRules answers them.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.responses import EC2Response

from rehearsal.aws.ec2 import errors
from rehearsal.aws.rules import rule
from spec import facts


@rule(errors.group_named_like_an_id, errors.group_name_too_long)
def name_is_allowed(name: str) -> None:
    """A security group's name has at most 255 characters, and does not begin like an id.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
    """
    most = facts.limits()["security-group.name"].maximum or 0
    if name.startswith("sg-"):
        raise errors.group_named_like_an_id(name)
    if len(name) > most:
        raise errors.group_name_too_long(name, str(most))


class SecurityGroupAnswers(EC2Response):
    """Answers that tell the tags of a new group."""

    def create_security_group(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html."""
        name_is_allowed(self._get_param("GroupName"))
        answer: Any = super().create_security_group().result
        group = self.ec2_backend.get_security_group_from_id(answer["GroupId"])
        return ActionResult({**answer, "Tags": group.get_tags() if group else []})


def rule_description(rule: SecurityGroupRule) -> str | None:
    """What a rule is for, whether it names addresses or another group."""
    return rule.ip_range.get("Description") or rule.source_group.get("Description")


def rule_owner(rule: SecurityGroupRule) -> str:
    """The account that the rule's group belongs to."""
    return rule.owner_id
