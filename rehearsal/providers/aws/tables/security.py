"""Security groups and their rules."""

from collections.abc import Iterable
from typing import Any, Final, Literal

from rehearsal.providers.aws.properties import (
    REGION,
    TAGS,
    block_set,
    flag,
    number,
    text,
    text_set,
    texts,
)
from rehearsal.providers.aws.resource import Call, Read, Resource, Scope, Setting, Wait
from rehearsal.providers.aws.session import Session
from rehearsal.providers.aws.tables.ec2 import TAGGING, arn, tag_list, tag_specification

Direction = Literal["ingress", "egress"]

_INLINE_RULE: Final = {
    "cidrBlocks": texts(),
    "description": text(),
    "fromPort": number(required=True),
    "ipv6CidrBlocks": texts(),
    "prefixListIds": texts(),
    "protocol": text(required=True),
    "securityGroups": text_set(),
    "self": flag(),
    "toPort": number(required=True),
}
_RANGES: Final = (
    ("cidrBlocks", "IpRanges", "CidrIp"),
    ("ipv6CidrBlocks", "Ipv6Ranges", "CidrIpv6"),
    ("prefixListIds", "PrefixListIds", "PrefixListId"),
)
"""Sources and destinations of a rule: the property, EC2's list, and the key in it."""


def _permission(rule: Any, group: str) -> dict[str, Any]:
    """An inline rule as EC2 takes it."""
    note = {"Description": rule["description"]} if rule.get("description") else {}
    permission: dict[str, Any] = {"IpProtocol": rule["protocol"]}
    if rule["protocol"] != "-1":
        permission |= {"FromPort": rule["fromPort"], "ToPort": rule["toPort"]}
    for name, ranges, key in _RANGES:
        if rule.get(name):
            permission[ranges] = [{key: value, **note} for value in rule[name]]
    groups = [*(rule.get("securityGroups") or []), *([group] if rule.get("self") else [])]
    if groups:
        permission["UserIdGroupPairs"] = [{"GroupId": item, **note} for item in groups]
    return permission


def _inline_rules(permissions: Iterable[Any], group: str) -> list[dict[str, Any]]:
    """EC2's permissions as inline rules: one for each protocol, port range and description."""
    rules: dict[tuple[Any, ...], dict[str, Any]] = {}

    def rule(permission: Any, source: Any) -> dict[str, Any]:
        protocol = permission["IpProtocol"]
        ports = (
            (0, 0)
            if protocol == "-1"
            else (permission.get("FromPort", 0), permission.get("ToPort", 0))
        )
        note = source.get("Description", "")
        return rules.setdefault(
            (protocol, *ports, note),
            {
                "protocol": protocol,
                "fromPort": ports[0],
                "toPort": ports[1],
                "description": note,
                "self": False,
            },
        )

    for permission in permissions:
        for name, ranges, key in _RANGES:
            for source in permission.get(ranges) or []:
                rule(permission, source).setdefault(name, []).append(source[key])
        for source in permission.get("UserIdGroupPairs") or []:
            target = rule(permission, source)
            if source["GroupId"] == group:
                target["self"] = True
            else:
                target.setdefault("securityGroups", []).append(source["GroupId"])
    return list(rules.values())


def _set_rules(session: Session, group: str, direction: Direction, rules: Iterable[Any]) -> None:
    """Make a group's rules in one direction exactly these."""
    found = session.api("describe_security_groups", GroupIds=[group])["SecurityGroups"][0]
    key = "IpPermissions" if direction == "ingress" else "IpPermissionsEgress"
    present = _inline_rules(found.get(key) or [], group)
    wanted = [{**rule, "self": bool(rule.get("self"))} for rule in rules]
    before = [_permission(rule, group) for rule in present]
    after = [_permission(rule, group) for rule in wanted]
    old = [item for item in before if item not in after]
    new = [item for item in after if item not in before]
    if old:
        session.api(f"revoke_security_group_{direction}", GroupId=group, IpPermissions=old)
    if new:
        session.api(f"authorize_security_group_{direction}", GroupId=group, IpPermissions=new)


def _rules(direction: Direction) -> Setting:
    def apply(session: Session, scope: Scope) -> None:
        _set_rules(session, scope["id"], direction, scope.get(direction) or [])

    return Setting(watches=(direction,), call=apply, title="rules", on_create=True)


def _create_group(session: Session, scope: Scope) -> Any:
    """Make a group without the rule that lets everything out, which AWS gives every new group."""
    tags = tag_specification("security-group")(scope)
    parameters = {"VpcId": scope.get("vpcId"), "TagSpecifications": tags}
    answer = session.api(
        "create_security_group",
        GroupName=scope["name"],
        Description=scope["description"],
        **{key: value for key, value in parameters.items() if value is not None},
    )
    _set_rules(session, answer["GroupId"], "egress", [])
    return answer


def _adopt_default_group(session: Session, scope: Scope) -> Any:
    """Take over the group that a VPC is born with, leaving it only the rules asked for."""
    filters = [{"Name": "group-name", "Values": ["default"]}]
    if scope.get("vpcId"):
        filters.append({"Name": "vpc-id", "Values": [scope["vpcId"]]})
    group = session.api("describe_security_groups", Filters=filters)["SecurityGroups"][0]
    for direction in ("ingress", "egress"):
        _set_rules(session, group["GroupId"], direction, scope.get(direction) or [])
    if scope.get("tagsAll"):
        session.api("create_tags", Resources=[group["GroupId"]], Tags=tag_list(scope["tagsAll"]))
    return group


def _leave(_: Session, __: Scope) -> None:
    """A VPC's default group goes with its VPC."""


def _group_read() -> Read:
    def rules(key: str) -> Any:
        return lambda scope: _inline_rules(scope["item"].get(key) or [], scope["item"]["GroupId"])

    return Read(
        call=Call(operation="describe_security_groups", parameters={"GroupIds": "[id]"}),
        item="SecurityGroups[0]",
        missing=frozenset({"InvalidGroup.NotFound", "InvalidGroupId.Malformed"}),
        outputs={
            "arn": arn("security-group", "GroupId"),
            "description": "Description",
            "egress": rules("IpPermissionsEgress"),
            "ingress": rules("IpPermissions"),
            "name": "GroupName",
            "ownerId": "OwnerId",
            "vpcId": "VpcId",
        },
    )


SECURITY_GROUP: Final = Resource(
    type="aws:ec2/securityGroup:SecurityGroup",
    title="Security Group",
    service="ec2",
    properties={
        "description": text(default="Managed by Pulumi", replaces=True),
        "egress": block_set(_INLINE_RULE, computed=True),
        "ingress": block_set(_INLINE_RULE, computed=True),
        "name": text(computed=True, replaces=True),
        "revokeRulesOnDelete": flag(default=False),
        "vpcId": text(computed=True, replaces=True),
        **REGION,
        **TAGS,
    },
    autoname="name",
    create=_create_group,
    labelled="name",
    identity="answer.GroupId",
    read=(_group_read(),),
    settings=(_rules("ingress"), _rules("egress")),
    tagging=TAGGING,
    delete=Call(
        operation="delete_security_group",
        parameters={"GroupId": "id"},
        retry=frozenset({"DependencyViolation", "InvalidGroup.InUse"}),
    ),
    deleted=Wait(status="GroupId", target=frozenset()),
    minutes=(10, 20, 15),
)

DEFAULT_SECURITY_GROUP: Final = Resource(
    type="aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    title="EC2 Default Security Group",
    service="ec2",
    properties={
        "egress": block_set(_INLINE_RULE),
        "ingress": block_set(_INLINE_RULE),
        "revokeRulesOnDelete": flag(default=False),
        "vpcId": text(computed=True, replaces=True),
        **REGION,
        **TAGS,
    },
    create=_adopt_default_group,
    identity="answer.GroupId",
    read=(_group_read(),),
    settings=(
        Setting(watches=("ingress",), call=_rules("ingress").call, title="rules"),
        Setting(watches=("egress",), call=_rules("egress").call, title="rules"),
    ),
    tagging=TAGGING,
    delete=_leave,
)

_RULE_PARAMETERS: Final = {
    "CidrIpv4": "cidrIpv4",
    "CidrIpv6": "cidrIpv6",
    "Description": "description",
    "FromPort": "fromPort",
    "IpProtocol": "ipProtocol",
    "PrefixListId": "prefixListId",
    "ReferencedGroupId": "referencedSecurityGroupId",
    "ToPort": "toPort",
}


def _rule_permission(scope: Scope) -> list[dict[str, Any]]:
    note = {"Description": scope["description"]} if scope.get("description") else {}
    permission: dict[str, Any] = {"IpProtocol": scope["ipProtocol"]}
    ports = {"FromPort": scope.get("fromPort"), "ToPort": scope.get("toPort")}
    permission |= {key: value for key, value in ports.items() if value is not None}
    for name, ranges, key in (
        ("cidrIpv4", "IpRanges", "CidrIp"),
        ("cidrIpv6", "Ipv6Ranges", "CidrIpv6"),
        ("prefixListId", "PrefixListIds", "PrefixListId"),
        ("referencedSecurityGroupId", "UserIdGroupPairs", "GroupId"),
    ):
        if scope.get(name):
            permission[ranges] = [{key: scope[name], **note}]
    return [permission]


def _port(key: str) -> Any:
    """A port; none where the rule is for every protocol, for which EC2 says -1."""

    def read(scope: Scope) -> Any:
        item = scope["item"]
        return None if item.get("IpProtocol") == "-1" else item.get(key)

    return read


def _rule(direction: Direction) -> Resource:
    return Resource(
        type=(f"aws:vpc/securityGroup{direction.title()}Rule:SecurityGroup{direction.title()}Rule"),
        title=f"VPC Security Group {direction.title()} Rule",
        service="ec2",
        properties={
            "cidrIpv4": text(),
            "cidrIpv6": text(),
            "description": text(),
            "fromPort": number(),
            "ipProtocol": text(required=True),
            "prefixListId": text(),
            "referencedSecurityGroupId": text(),
            "securityGroupId": text(required=True, replaces=True),
            "toPort": number(),
            **REGION,
            **TAGS,
        },
        create=Call(
            operation=f"authorize_security_group_{direction}",
            parameters={
                "GroupId": "securityGroupId",
                "IpPermissions": _rule_permission,
                "TagSpecifications": tag_specification("security-group-rule"),
            },
        ),
        identity="answer.SecurityGroupRules[0].SecurityGroupRuleId",
        read=(
            Read(
                call=Call(
                    operation="describe_security_group_rules",
                    parameters={"SecurityGroupRuleIds": "[id]"},
                ),
                item="SecurityGroupRules[0]",
                missing=frozenset({"InvalidSecurityGroupRuleId.NotFound", "InvalidGroup.NotFound"}),
                outputs={
                    "arn": arn("security-group-rule", "SecurityGroupRuleId", "GroupOwnerId"),
                    "cidrIpv4": "CidrIpv4",
                    "cidrIpv6": "CidrIpv6",
                    "description": "Description",
                    "fromPort": _port("FromPort"),
                    "ipProtocol": "IpProtocol",
                    "prefixListId": "PrefixListId",
                    "referencedSecurityGroupId": "ReferencedGroupInfo.GroupId",
                    "securityGroupId": "GroupId",
                    "securityGroupRuleId": "SecurityGroupRuleId",
                    "toPort": _port("ToPort"),
                },
            ),
        ),
        settings=(
            Setting(
                watches=(
                    "cidrIpv4",
                    "cidrIpv6",
                    "description",
                    "fromPort",
                    "ipProtocol",
                    "prefixListId",
                    "referencedSecurityGroupId",
                    "toPort",
                ),
                call=Call(
                    operation="modify_security_group_rules",
                    parameters={
                        "GroupId": "securityGroupId",
                        "SecurityGroupRules": lambda scope: [
                            {
                                "SecurityGroupRuleId": scope["id"],
                                "SecurityGroupRule": {
                                    key: scope[name]
                                    for key, name in _RULE_PARAMETERS.items()
                                    if scope.get(name) is not None
                                },
                            }
                        ],
                    },
                ),
            ),
        ),
        tagging=TAGGING,
        delete=Call(
            operation=f"revoke_security_group_{direction}",
            parameters={"GroupId": "securityGroupId", "SecurityGroupRuleIds": "[id]"},
            ignore=frozenset(
                {
                    "InvalidSecurityGroupRuleId.NotFound",
                    "InvalidPermission.NotFound",
                    "InvalidGroup.NotFound",
                }
            ),
        ),
    )


ROWS: Final = (SECURITY_GROUP, DEFAULT_SECURITY_GROUP, _rule("ingress"), _rule("egress"))
