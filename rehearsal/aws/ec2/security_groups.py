"""Names of security groups, and their rules as DescribeSecurityGroupRules answers them.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html
"""

from typing import Any, Final

from moto.core.responses import ActionResult
from moto.ec2.exceptions import InvalidSecurityGroupRuleIdNotFoundError
from moto.ec2.models import EC2Backend
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


PEERS: Final = ("CidrIpv4", "CidrIpv6", "PrefixListId", "ReferencedGroupId")


@rule(errors.rule_of_another_type)
def keeps_its_type(rule_id: str, peer: str, wanted: list[str]) -> None:
    """A security group rule that is modified goes on naming a peer of the same kind.

    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html

    Args:
        rule_id: its id.
        peer: the kind of its peer, as `CidrIpv4`.
        wanted: the kinds of peers in the request.
    """
    if wanted != [peer]:
        raise errors.rule_of_another_type(rule_id, wanted)


class SecurityGroups(EC2Backend):
    """Rules of security groups that can be changed, whatever they name."""

    def authorize_security_group_ingress(self, *args: Any, **kwargs: Any) -> Any:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html."""
        return _with_notes(super().authorize_security_group_ingress(*args, **kwargs), args, kwargs)

    def authorize_security_group_egress(self, *args: Any, **kwargs: Any) -> Any:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupEgress.html."""
        return _with_notes(super().authorize_security_group_egress(*args, **kwargs), args, kwargs)

    def modify_security_group_rules(self, group_id: str, rules: dict[str, dict[str, Any]]) -> None:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html."""
        group = self.get_security_group_from_id(group_id)
        for rule_id, wanted in rules.items():
            found: Any = group.get_rule(rule_id) if group else None
            if found is None:
                raise InvalidSecurityGroupRuleIdNotFoundError(rule_id)
            keeps_its_type(rule_id, _peer(found), [it for it in PEERS if wanted.get(it)])
            _set_peer(found, wanted)
            found.ip_protocol = wanted["IpProtocol"]
            anything = found.ip_protocol == "-1"
            found.from_port = None if anything else int(wanted["FromPort"])
            found.to_port = None if anything else int(wanted["ToPort"])


def _peer(found: SecurityGroupRule) -> str:
    if found.source_group:
        return "ReferencedGroupId"
    if found.prefix_list_id:
        return "PrefixListId"
    return "CidrIpv6" if "CidrIpv6" in found.ip_range else "CidrIpv4"


def _set_peer(found: Any, wanted: dict[str, Any]) -> None:
    note = {"Description": wanted["Description"]} if wanted.get("Description") else {}
    match _peer(found):
        case "ReferencedGroupId":
            found.source_group = {
                **found.source_group,
                "GroupId": wanted["ReferencedGroupId"],
                "Description": wanted.get("Description"),
            }
        case "PrefixListId":
            found.prefix_list_id = wanted["PrefixListId"]
            found.prefix_list_note = wanted.get("Description")
        case "CidrIpv6":
            found.ip_range = {"CidrIpv6": wanted["CidrIpv6"], **note}
        case _:
            found.ip_range = {"CidrIp": wanted["CidrIpv4"], **note}


def _with_notes(answer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The answer to a new rule, with what prefix lists in it are for, which moto forgets."""
    lists = kwargs.get("prefix_list_ids") or (args[7] if len(args) > 7 else None) or []
    notes = {it["PrefixListId"]: it.get("Description") for it in lists}
    for made in answer[0]:
        if made.prefix_list_id in notes:
            made.prefix_list_note = notes[made.prefix_list_id]
    return answer


class SecurityGroupAnswers(EC2Response):
    """Answers that tell the tags of a new group."""

    def create_security_group(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html."""
        name_is_allowed(self._get_param("GroupName"))
        answer: Any = super().create_security_group().result
        group = self.ec2_backend.get_security_group_from_id(answer["GroupId"])
        return ActionResult({**answer, "Tags": group.get_tags() if group else []})


def rule_description(found: SecurityGroupRule) -> str | None:
    """What a rule is for, whether it names addresses, another group or a prefix list."""
    return (
        found.ip_range.get("Description")
        or found.source_group.get("Description")
        or getattr(found, "prefix_list_note", None)
    )


def rule_owner(found: SecurityGroupRule) -> str:
    """The account that the rule's group belongs to."""
    return found.owner_id
