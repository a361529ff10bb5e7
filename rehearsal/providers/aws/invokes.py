"""Data sources: what a program asks AWS without making anything."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from rehearsal.providers.aws.partitions import partition_of, region_description
from rehearsal.providers.aws.session import Session

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


INVOKES: Final[Mapping[str, Callable[[Session, Mapping[str, Any], str], Answer]]] = {
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getAvailabilityZones:getAvailabilityZones": _availability_zones,
    "aws:eks/getAddonVersion:getAddonVersion": _addon_version,
}
"""The functions served, by token. Each takes a session, the arguments, and a region."""
