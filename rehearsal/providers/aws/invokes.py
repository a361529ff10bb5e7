"""Data sources: what a program asks AWS without making anything."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from rehearsal.providers.aws import lookups
from rehearsal.providers.aws.partitions import partition_of, region_description
from rehearsal.providers.aws.session import AwsError, Session

Answer = dict[str, Any]


def _partition(_: Session, args: Mapping[str, Any], region: str) -> Answer:
    found = partition_of(str(args.get("region") or region))
    return {
        **found,
        "id": found["partition"],
        "reverseDnsPrefix": ".".join(reversed(found["dnsSuffix"].split("."))),
    }


def _region(_: Session, args: Mapping[str, Any], region: str) -> Answer:
    name = str(args.get("region") or args.get("name") or region)
    return {
        "id": name,
        "name": name,
        "region": name,
        "description": region_description(name),
        "endpoint": f"ec2.{name}.{partition_of(name)['dnsSuffix']}",
    }


def _caller_identity(session: Session, _: Mapping[str, Any], __: str) -> Answer:
    answer = session.api("sts.get_caller_identity")
    return {
        "id": answer["Account"],
        "accountId": answer["Account"],
        "arn": answer["Arn"],
        "userId": answer["UserId"],
    }


def _availability_zones(session: Session, args: Mapping[str, Any], region: str) -> Answer:
    filters = [
        {"Name": item["name"], "Values": list(item["values"])} for item in args.get("filters", [])
    ]
    if args.get("state"):
        filters.append({"Name": "state", "Values": [args["state"]]})
    answer = session.api(
        "ec2.describe_availability_zones",
        AllAvailabilityZones=bool(args.get("allAvailabilityZones", False)),
        **({"Filters": filters} if filters else {}),
    )
    zones = sorted(
        (
            zone
            for zone in answer["AvailabilityZones"]
            if zone["ZoneName"] not in args.get("excludeNames", [])
            and zone.get("ZoneId") not in args.get("excludeZoneIds", [])
        ),
        key=lambda zone: str(zone["ZoneName"]),
    )
    groups = {zone["GroupName"] for zone in zones if zone.get("GroupName")}
    return {
        **args,
        "id": region,
        "region": region,
        "names": [zone["ZoneName"] for zone in zones],
        "zoneIds": [zone.get("ZoneId") for zone in zones],
        "groupNames": sorted(groups),
    }


def _addon_version(session: Session, args: Mapping[str, Any], region: str) -> Answer:
    answer = session.api(
        "eks.describe_addon_versions",
        addonName=args["addonName"],
        kubernetesVersion=args["kubernetesVersion"],
    )
    versions = [version for addon in answer.get("addons", []) for version in addon["addonVersions"]]
    if not args.get("mostRecent"):
        versions = [
            version
            for version in versions
            if any(
                fit.get("defaultVersion") and fit.get("clusterVersion") == args["kubernetesVersion"]
                for fit in version.get("compatibilities", [])
            )
        ]
    if not versions:
        raise LookupError(
            f"reading EKS Add-On version info ({args['addonName']}, {args['kubernetesVersion']}): "
            "empty result"
        )
    return {
        **args,
        "id": args["addonName"],
        "region": region,
        "version": versions[0]["addonVersion"],
    }


def _session_context(session: Session, args: Mapping[str, Any], _: str) -> Answer:
    """The role that a session's ARN stands for, with its path; any other ARN stands for itself."""
    arn = str(args["arn"])
    answer = {"arn": arn, "id": arn}
    found = re.fullmatch(r"arn:[^:]*:sts:[^:]*:[^:]*:assumed-role/(?:.+/)?([^/]+)/([^/]+)", arn)
    if not found:
        return {**answer, "issuerArn": arn, "issuerId": "", "issuerName": "", "sessionName": ""}
    name, session_name = found.groups()
    try:
        role = session.api("iam.get_role", RoleName=name)["Role"]
    except AwsError as error:
        raise LookupError(f"unable to get role ({name}): {error}") from error
    return {
        **answer,
        "issuerArn": role["Arn"],
        "issuerId": role["RoleId"],
        "issuerName": name,
        "sessionName": session_name,
    }


def _parameter(session: Session, args: Mapping[str, Any], region: str) -> Answer:
    name = str(args["name"])
    try:
        answer = session.api(
            "ssm.get_parameter", Name=name, WithDecryption=args.get("withDecryption", True)
        )
    except AwsError as error:
        if error.code == "ParameterNotFound":
            raise LookupError(f"reading SSM Parameter ({name}): couldn't find resource") from error
        raise
    found = answer["Parameter"]
    is_secret = found["Type"] == "SecureString"
    return {
        **args,
        "id": name,
        "region": region,
        "arn": found["ARN"],
        "insecureValue": "" if is_secret else found["Value"],
        "type": found["Type"],
        "value": found["Value"],
        "version": found["Version"],
    }


INVOKES: Final[Mapping[str, Callable[[Session, Mapping[str, Any], str], Answer]]] = {
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getAvailabilityZones:getAvailabilityZones": _availability_zones,
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": lookups.managed_prefix_list,
    "aws:ec2/getPrefixList:getPrefixList": lookups.prefix_list,
    "aws:ec2/getRouteTable:getRouteTable": lookups.route_table,
    "aws:ec2/getRouteTables:getRouteTables": lookups.route_tables,
    "aws:ec2/getSubnet:getSubnet": lookups.subnet,
    "aws:ec2/getSubnets:getSubnets": lookups.subnets,
    "aws:ec2/getVpc:getVpc": lookups.vpc,
    "aws:ec2/getVpcs:getVpcs": lookups.vpcs,
    "aws:eks/getAddonVersion:getAddonVersion": _addon_version,
    "aws:iam/getSessionContext:getSessionContext": _session_context,
    "aws:ssm/getParameter:getParameter": _parameter,
}
"""The functions served, by token. Each takes a session, the arguments, and a region."""
