"""Launch templates."""

from collections.abc import Mapping
from typing import Any, Final

from rehearsal.providers.aws.properties import (
    REGION,
    TAGS,
    Property,
    block,
    blocks,
    flag,
    mapping,
    number,
    text,
    text_set,
)
from rehearsal.providers.aws.resource import Call, Read, Renewal, Resource, Scope, Setting
from rehearsal.providers.aws.session import Session
from rehearsal.providers.aws.tables.ec2 import TAGGING, arn, tag_list, tag_map, tag_specification

_DATA: Final[Mapping[str, Property]] = {
    "blockDeviceMappings": blocks(
        {
            "deviceName": text(),
            "ebs": block(
                {
                    "deleteOnTermination": text(),
                    "encrypted": text(),
                    "iops": number(computed=True),
                    "kmsKeyId": text(),
                    "snapshotId": text(),
                    "throughput": number(computed=True),
                    "volumeInitializationRate": number(),
                    "volumeSize": number(computed=True),
                    "volumeType": text(computed=True),
                }
            ),
            "noDevice": text(),
            "virtualName": text(),
        }
    ),
    "capacityReservationSpecification": block(
        {
            "capacityReservationPreference": text(),
            "capacityReservationTarget": block(
                {"capacityReservationId": text(), "capacityReservationResourceGroupArn": text()}
            ),
        }
    ),
    "cpuOptions": block(
        {
            "amdSevSnp": text(),
            "coreCount": number(),
            "nestedVirtualization": text(),
            "threadsPerCore": number(),
        }
    ),
    "creditSpecification": block({"cpuCredits": text()}),
    "disableApiStop": flag(),
    "disableApiTermination": flag(),
    "ebsOptimized": text(),
    "enclaveOptions": block({"enabled": flag()}),
    "iamInstanceProfile": block({"arn": text(), "name": text()}),
    "imageId": text(),
    "instanceInitiatedShutdownBehavior": text(),
    "instanceMarketOptions": block(
        {
            "marketType": text(),
            "spotOptions": block(
                {
                    "blockDurationMinutes": number(),
                    "instanceInterruptionBehavior": text(),
                    "maxPrice": text(),
                    "spotInstanceType": text(),
                    "validUntil": text(computed=True),
                }
            ),
        }
    ),
    "instanceType": text(),
    "kernelId": text(),
    "keyName": text(),
    "maintenanceOptions": block({"autoRecovery": text()}),
    "metadataOptions": block(
        {
            "httpEndpoint": text(computed=True),
            "httpProtocolIpv6": text(computed=True),
            "httpPutResponseHopLimit": number(computed=True),
            "httpTokens": text(computed=True),
            "instanceMetadataTags": text(computed=True),
        },
        computed=True,
    ),
    "monitoring": block({"enabled": flag()}),
    "networkInterfaces": blocks(
        {
            "associatePublicIpAddress": text(),
            "deleteOnTermination": text(),
            "description": text(),
            "deviceIndex": number(),
            "interfaceType": text(),
            "networkCardIndex": number(),
            "securityGroups": text_set(),
            "subnetId": text(),
        }
    ),
    "placement": block(
        {
            "affinity": text(),
            "availabilityZone": text(),
            "groupId": text(),
            "groupName": text(),
            "hostId": text(),
            "hostResourceGroupArn": text(),
            "partitionNumber": number(),
            "spreadDomain": text(),
            "tenancy": text(),
        }
    ),
    "tagSpecifications": blocks({"resourceType": text(), "tags": mapping()}),
    "userData": text(),
    "vpcSecurityGroupIds": text_set(),
}
"""What of a template goes into its versions."""

_TEXT_FLAGS: Final = frozenset(
    {"associatePublicIpAddress", "deleteOnTermination", "ebsOptimized", "encrypted"}
)
"""Booleans that the provider writes as text, to tell false from not set."""

_API_NAMES: Final = {"securityGroups": "Groups", "vpcSecurityGroupIds": "SecurityGroupIds"}
"""Members whose API name is another word."""


def _api_name(name: str) -> str:
    return _API_NAMES.get(name, name[:1].upper() + name[1:])


def _to_api(members: Mapping[str, Property], values: Mapping[str, Any]) -> dict[str, Any]:
    """Template data as EC2 takes it."""
    result: dict[str, Any] = {}
    for name, prop in members.items():
        value = values.get(name)
        if value is None or value == "":
            continue
        if prop.members and isinstance(value, list):
            value = [_to_api(prop.members, item) for item in value]
        elif prop.members:
            value = _to_api(prop.members, value)
        elif name in _TEXT_FLAGS:
            value = value == "true"
        elif name == "tags":
            value = tag_list(value)
        result[_api_name(name)] = value
    return result


def _from_api(members: Mapping[str, Property], values: Mapping[str, Any]) -> dict[str, Any]:
    """Template data as EC2 tells it, in the provider's words."""
    result: dict[str, Any] = {}
    for name, prop in members.items():
        value = values.get(_api_name(name))
        if name == "tags":
            value = tag_map(values)
        if value is None:
            continue
        if prop.members and isinstance(value, list):
            value = [_from_api(prop.members, item) for item in value]
        elif prop.members:
            value = _from_api(prop.members, value)
        elif name in _TEXT_FLAGS:
            value = "true" if value else "false"
        result[name] = value
    return result


def _data(scope: Scope) -> dict[str, Any]:
    return _to_api(_DATA, scope)


def _data_output(name: str) -> Any:
    return lambda scope: _from_api(_DATA, scope["item"]["LaunchTemplateData"]).get(name)


def _new_version(session: Session, scope: Scope) -> None:
    """Add a version; make it the default one when that is asked for."""
    note = scope.get("description")
    answer = session.api(
        "create_launch_template_version",
        LaunchTemplateId=scope["id"],
        LaunchTemplateData=_data(scope),
        **({"VersionDescription": note} if note else {}),
    )
    if scope.get("updateDefaultVersion"):
        number_ = answer["LaunchTemplateVersion"]["VersionNumber"]
        session.api(
            "modify_launch_template", LaunchTemplateId=scope["id"], DefaultVersion=str(number_)
        )


def _set_default_version(session: Session, scope: Scope) -> None:
    wanted = scope.get("defaultVersion")
    if wanted and not scope.get("updateDefaultVersion"):
        session.api(
            "modify_launch_template", LaunchTemplateId=scope["id"], DefaultVersion=str(wanted)
        )


_VERSIONED: Final = (*_DATA, "description")

LAUNCH_TEMPLATE: Final = Resource(
    type="aws:ec2/launchTemplate:LaunchTemplate",
    title="EC2 Launch Template",
    service="ec2",
    properties={
        **_DATA,
        "defaultVersion": number(computed=True),
        "description": text(),
        "name": text(computed=True, replaces=True),
        "updateDefaultVersion": flag(),
        **REGION,
        **TAGS,
    },
    autoname="name",
    create=Call(
        operation="create_launch_template",
        parameters={
            "LaunchTemplateData": _data,
            "LaunchTemplateName": "name",
            "TagSpecifications": tag_specification("launch-template"),
            "VersionDescription": "description",
        },
    ),
    labelled="name",
    identity="answer.LaunchTemplate.LaunchTemplateId",
    read=(
        Read(
            call=Call(
                operation="describe_launch_templates", parameters={"LaunchTemplateIds": "[id]"}
            ),
            item="LaunchTemplates[0]",
            missing=frozenset(
                {
                    "InvalidLaunchTemplateId.NotFound",
                    "InvalidLaunchTemplateId.NotFoundException",
                    "InvalidLaunchTemplateName.NotFoundException",
                }
            ),
            outputs={
                "arn": arn("launch-template", "LaunchTemplateId"),
                "defaultVersion": "DefaultVersionNumber",
                "latestVersion": "LatestVersionNumber",
                "name": "LaunchTemplateName",
            },
        ),
        Read(
            call=Call(
                operation="describe_launch_template_versions",
                parameters={"LaunchTemplateId": "id", "Versions": "['$Latest']"},
            ),
            item="LaunchTemplateVersions[0]",
            outputs={
                "description": "VersionDescription",
                **{name: _data_output(name) for name in _DATA},
            },
        ),
    ),
    settings=(
        Setting(watches=_VERSIONED, call=_new_version, title="version"),
        Setting(watches=("defaultVersion",), call=_set_default_version, title="default version"),
    ),
    renewed={
        "latestVersion": Renewal(watches=_VERSIONED),
        "defaultVersion": Renewal(watches=_VERSIONED, when="updateDefaultVersion"),
    },
    tagging=TAGGING,
    delete=Call(
        operation="delete_launch_template",
        parameters={"LaunchTemplateId": "id"},
        ignore=frozenset(
            {"InvalidLaunchTemplateId.NotFound", "InvalidLaunchTemplateId.NotFoundException"}
        ),
    ),
)

ROWS: Final = (LAUNCH_TEMPLATE,)
