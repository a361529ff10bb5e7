"""Security groups, launch templates, key pairs, instances, interfaces, volumes."""

import base64
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from bench.fidelity.checks import (
    ANYWHERE,
    REGION,
    check,
    described,
    group,
    image,
    instance,
    named,
    refused,
    subnet,
    tagged,
    tags,
    unique,
    user_data,
)
from tests.rehearsal.emulator import Emulator

MISSING_GROUP = "sg-0123456789abcdef0"


def _https(**more: Any) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, **more}


def _allow(aws: Emulator, own: str, **asked: Any) -> list[dict[str, Any]]:
    made = aws.client("ec2").authorize_security_group_ingress(GroupId=own, **asked)
    return made["SecurityGroupRules"]


@check("ec2", "CreateSecurityGroup + tags")
def security_group(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    made = ec2.create_security_group(
        GroupName=unique("g"),
        Description="d",
        VpcId=aws.vpc(),
        TagSpecifications=tagged("security-group", Name="g"),
    )
    assert made["Tags"] == tags(Name="g")
    (found,) = ec2.describe_security_groups(GroupIds=[made["GroupId"]])["SecurityGroups"]
    (egress,) = found["IpPermissionsEgress"]
    assert (egress["IpProtocol"], egress["IpRanges"]) == ("-1", [{"CidrIp": ANYWHERE}])


@check("ec2", "CreateSecurityGroup duplicate")
def security_group_twice(aws: Emulator) -> None:
    asked = {"GroupName": unique("g"), "Description": "d", "VpcId": aws.vpc()}
    aws.client("ec2").create_security_group(**asked)
    refused("InvalidGroup.Duplicate", aws.client("ec2").create_security_group, **asked)


@check("ec2", "AuthorizeIngress sg-ref + tags -> rule id")
def rule_with_an_id(aws: Emulator) -> None:
    own = group(aws, aws.vpc())
    (made,) = _allow(
        aws,
        own,
        IpPermissions=[_https(UserIdGroupPairs=[{"GroupId": own}])],
        TagSpecifications=tagged("security-group-rule", Name="r"),
    )
    assert made["SecurityGroupRuleId"].startswith("sgr-")
    assert made["ReferencedGroupInfo"]["GroupId"] == own
    assert made["Tags"] == tags(Name="r")


@check("ec2", "AuthorizeIngress multi-cidr gives 3 rules")
def three_rules(aws: Emulator) -> None:
    own = group(aws, aws.vpc())
    ranges = [{"CidrIp": f"10.{number}.0.0/16"} for number in range(3)]
    made = _allow(aws, own, IpPermissions=[_https(IpRanges=ranges)])
    assert len({rule["SecurityGroupRuleId"] for rule in made}) == 3


@check("ec2", "AuthorizeEgress")
def egress_rule(aws: Emulator) -> None:
    own = group(aws, aws.vpc())
    made = aws.client("ec2").authorize_security_group_egress(
        GroupId=own, IpPermissions=[_https(IpRanges=[{"CidrIp": "10.0.0.0/8"}])]
    )
    assert made["SecurityGroupRules"][0]["IsEgress"] is True


def _rules(aws: Emulator, own: str) -> list[dict[str, Any]]:
    found = aws.client("ec2").describe_security_group_rules(Filters=named(group_id=own))
    return found["SecurityGroupRules"]


@check("ec2", "DescribeSecurityGroupRules by group")
def rules_of_a_group(aws: Emulator) -> None:
    own = group(aws, aws.vpc())
    ranges = [{"CidrIp": f"10.{number}.0.0/16"} for number in range(3)]
    _allow(aws, own, IpPermissions=[_https(IpRanges=ranges)])
    assert len(_rules(aws, own)) == 4


@check("ec2", "DescribeSecurityGroupRules by id")
def rule_by_id(aws: Emulator) -> None:
    own = group(aws, aws.vpc())
    pair = {"GroupId": own, "Description": "to each other"}
    (made,) = _allow(aws, own, IpPermissions=[_https(UserIdGroupPairs=[pair])])
    found = aws.client("ec2").describe_security_group_rules(
        SecurityGroupRuleIds=[made["SecurityGroupRuleId"]]
    )
    (rule,) = found["SecurityGroupRules"]
    assert rule["Description"] == "to each other"
    assert rule["GroupOwnerId"] == "123456789012"


@check("ec2", "AuthorizeIngress duplicate")
def rule_twice(aws: Emulator) -> None:
    own = group(aws, aws.vpc())
    asked = {"GroupId": own, "IpPermissions": [_https(IpRanges=[{"CidrIp": ANYWHERE}])]}
    authorize = aws.client("ec2").authorize_security_group_ingress
    authorize(**asked)
    refused("InvalidPermission.Duplicate", authorize, **asked)


@check("ec2", "ModifySecurityGroupRules")
def rule_modified(aws: Emulator) -> None:
    own = group(aws, aws.vpc())
    (made,) = _allow(aws, own, IpPermissions=[_https(IpRanges=[{"CidrIp": "10.0.0.0/8"}])])
    rule = made["SecurityGroupRuleId"]
    change = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIpv4": "10.0.0.0/8"}
    aws.client("ec2").modify_security_group_rules(
        GroupId=own,
        SecurityGroupRules=[{"SecurityGroupRuleId": rule, "SecurityGroupRule": change}],
    )
    (found,) = [one for one in _rules(aws, own) if one["SecurityGroupRuleId"] == rule]
    assert found["FromPort"] == 80


@check("ec2", "CreateTags on SG rule")
def rule_tagged(aws: Emulator) -> None:
    own = group(aws, aws.vpc())
    (made,) = _allow(aws, own, IpPermissions=[_https(IpRanges=[{"CidrIp": "10.0.0.0/8"}])])
    rule = made["SecurityGroupRuleId"]
    aws.client("ec2").create_tags(Resources=[rule], Tags=tags(Name="r"))
    (found,) = [one for one in _rules(aws, own) if one["SecurityGroupRuleId"] == rule]
    assert found["Tags"] == tags(Name="r")


@check("ec2", "RevokeIngress by rule id")
def rule_revoked(aws: Emulator) -> None:
    own = group(aws, aws.vpc())
    (made,) = _allow(aws, own, IpPermissions=[_https(IpRanges=[{"CidrIp": "10.0.0.0/8"}])])
    rule = made["SecurityGroupRuleId"]
    aws.client("ec2").revoke_security_group_ingress(GroupId=own, SecurityGroupRuleIds=[rule])
    assert rule not in {one["SecurityGroupRuleId"] for one in _rules(aws, own)}


@check("ec2", "DescribeSecurityGroupRules missing id")
def no_rule(aws: Emulator) -> None:
    describe = aws.client("ec2").describe_security_group_rules
    missing = ["sgr-0123456789abcdef0"]
    refused("InvalidSecurityGroupRuleId.NotFound", describe, SecurityGroupRuleIds=missing)


@check("ec2", "RevokeEgress default by perms")
def default_egress_revoked(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    own = group(aws, aws.vpc())
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": ANYWHERE}]}
    ec2.revoke_security_group_egress(GroupId=own, IpPermissions=[everything])
    (found,) = ec2.describe_security_groups(GroupIds=[own])["SecurityGroups"]
    assert found["IpPermissionsEgress"] == []


@check("ec2", "RevokeIngress missing")
def revoked_rule_is_missing(aws: Emulator) -> None:
    own = group(aws, aws.vpc())
    asked = {"GroupId": own, "IpPermissions": [_https(IpRanges=[{"CidrIp": ANYWHERE}])]}
    revoke = aws.client("ec2").revoke_security_group_ingress
    refused("InvalidPermission.NotFound", revoke, **asked)


@check("ec2", "DeleteSecurityGroup referenced by other SG")
def group_named_by_another(aws: Emulator) -> None:
    vpc = aws.vpc()
    own, other = group(aws, vpc), group(aws, vpc)
    _allow(aws, other, IpPermissions=[_https(UserIdGroupPairs=[{"GroupId": own}])])
    refused("DependencyViolation", aws.client("ec2").delete_security_group, GroupId=own)


@check("ec2", "DescribeSecurityGroups missing")
def no_group(aws: Emulator) -> None:
    describe = aws.client("ec2").describe_security_groups
    refused("InvalidGroup.NotFound", describe, GroupIds=[MISSING_GROUP])


@check("ec2", "Create/Describe/DeleteTags")
def tags_of_anything(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc, place = subnet(aws)
    ec2.create_tags(Resources=[vpc, place], Tags=tags(a="1", b="2"))
    by_id = {"Filters": named(resource_id=[vpc, place])}
    found = ec2.describe_tags(**by_id)["Tags"]
    assert {(tag["ResourceType"], tag["Key"]) for tag in found} == {
        (kind, key) for kind in ("vpc", "subnet") for key in "ab"
    }
    ec2.delete_tags(Resources=[vpc], Tags=[{"Key": "a"}])
    assert len(ec2.describe_tags(**by_id)["Tags"]) == 3


@check("ec2", "LaunchTemplate + versions + default")
def launch_template(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    made = ec2.create_launch_template(
        LaunchTemplateName=unique("lt"),
        LaunchTemplateData={"InstanceType": "t3.medium", "EbsOptimized": True},
    )["LaunchTemplate"]
    by_id = {"LaunchTemplateId": made["LaunchTemplateId"]}
    ec2.create_launch_template_version(
        **by_id, SourceVersion="1", LaunchTemplateData={"InstanceType": "t3.large"}
    )
    found = ec2.describe_launch_template_versions(**by_id, Versions=["$Latest"])
    (latest,) = found["LaunchTemplateVersions"]
    assert latest["VersionNumber"] == 2
    assert latest["LaunchTemplateData"] == {"InstanceType": "t3.large", "EbsOptimized": True}
    assert latest["DefaultVersion"] is False
    ec2.modify_launch_template(**by_id, DefaultVersion="2")
    (seen,) = ec2.describe_launch_templates(LaunchTemplateIds=list(by_id.values()))[
        "LaunchTemplates"
    ]
    assert (seen["DefaultVersionNumber"], seen["LatestVersionNumber"]) == (2, 2)


@check("ec2", "LaunchTemplate duplicate name")
def launch_template_twice(aws: Emulator) -> None:
    create = aws.client("ec2").create_launch_template
    asked = {"LaunchTemplateName": unique("lt"), "LaunchTemplateData": {"InstanceType": "t3.small"}}
    create(**asked)
    refused("InvalidLaunchTemplateName.AlreadyExistsException", create, **asked)


@check("ec2", "DescribeLaunchTemplates missing")
def no_launch_template(aws: Emulator) -> None:
    codes = ("InvalidLaunchTemplateId.NotFound", "InvalidLaunchTemplateId.NotFoundException")
    describe = aws.client("ec2").describe_launch_templates
    refused(codes, describe, LaunchTemplateIds=["lt-0123456789abcdef0"])


@check("ec2", "Key pairs create/import/describe")
def key_pairs(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    made = ec2.create_key_pair(KeyName=unique("key"))
    assert made["KeyMaterial"].startswith("-----BEGIN")
    public = generate_private_key(65537, 2048).public_key()
    text = public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    name = unique("key")
    ec2.import_key_pair(KeyName=name, PublicKeyMaterial=text)
    (found,) = ec2.describe_key_pairs(KeyNames=[name])["KeyPairs"]
    assert found["KeyPairId"].startswith("key-")


@check("ec2", "Key pair duplicate")
def key_pair_twice(aws: Emulator) -> None:
    name = unique("key")
    aws.client("ec2").create_key_pair(KeyName=name)
    refused("InvalidKeyPair.Duplicate", aws.client("ec2").create_key_pair, KeyName=name)


@check("ec2", "RunInstances state/dns/ip")
def launched_instance(aws: Emulator) -> None:
    _, place = subnet(aws)
    launched = instance(aws, place)
    assert launched["State"]["Name"] == "pending"
    assert launched["PrivateIpAddress"].startswith("10.0.0.")
    dashed = launched["PrivateIpAddress"].replace(".", "-")
    assert launched["PrivateDnsName"] == f"ip-{dashed}.{REGION}.compute.internal"
    assert launched["Placement"]["AvailabilityZone"] == f"{REGION}a"
    assert described(aws, launched["InstanceId"])["State"]["Name"] == "running"


def _interfaces(aws: Emulator, **filters: Any) -> list[dict[str, Any]]:
    found = aws.client("ec2").describe_network_interfaces(
        Filters=[{"Name": n, "Values": [v]} for n, v in filters.items()]
    )
    return found["NetworkInterfaces"]


@check("ec2", "DescribeNetworkInterfaces of instance")
def interface_of_an_instance(aws: Emulator) -> None:
    _, place = subnet(aws)
    launched = instance(aws, place)
    (found,) = _interfaces(aws, **{"attachment.instance-id": launched["InstanceId"]})
    assert found["PrivateDnsName"] == launched["PrivateDnsName"]
    assert found["Status"] == "in-use"
    assert found["Attachment"]["DeviceIndex"] == 0


@check("ec2", "DeleteSubnet with instances")
def subnet_with_instances(aws: Emulator) -> None:
    _, place = subnet(aws)
    instance(aws, place)
    refused("DependencyViolation", aws.client("ec2").delete_subnet, SubnetId=place)


@check("ec2", "DeleteSecurityGroup used by instance ENI")
def group_of_an_instance(aws: Emulator) -> None:
    vpc, place = subnet(aws)
    own = group(aws, vpc)
    instance(aws, place, SecurityGroupIds=[own])
    refused("DependencyViolation", aws.client("ec2").delete_security_group, GroupId=own)


@check("ec2", "CreateNetworkInterface")
def interface(aws: Emulator) -> None:
    _, place = subnet(aws)
    made = aws.client("ec2").create_network_interface(SubnetId=place, Description="d")
    found = made["NetworkInterface"]
    assert found["PrivateIpAddress"].startswith("10.0.0.")
    dashed = found["PrivateIpAddress"].replace(".", "-")
    assert found["PrivateDnsName"] == f"ip-{dashed}.{REGION}.compute.internal"
    (seen,) = _interfaces(aws, **{"subnet-id": place})
    assert seen["Status"] == "available"


@check("ec2", "DeleteSubnet with free ENI")
def subnet_with_an_interface(aws: Emulator) -> None:
    _, place = subnet(aws)
    aws.client("ec2").create_network_interface(SubnetId=place)
    refused("DependencyViolation", aws.client("ec2").delete_subnet, SubnetId=place)


@check("ec2", "DeleteSecurityGroup used by free ENI")
def group_of_an_interface(aws: Emulator) -> None:
    vpc, place = subnet(aws)
    own = group(aws, vpc)
    aws.client("ec2").create_network_interface(SubnetId=place, Groups=[own])
    refused("DependencyViolation", aws.client("ec2").delete_security_group, GroupId=own)


@check("ec2", "DeleteNetworkInterface")
def interface_deleted(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    _, place = subnet(aws)
    made = ec2.create_network_interface(SubnetId=place)["NetworkInterface"]["NetworkInterfaceId"]
    ec2.delete_network_interface(NetworkInterfaceId=made)
    refused(
        "InvalidNetworkInterfaceID.NotFound",
        ec2.describe_network_interfaces,
        NetworkInterfaceIds=[made],
    )


@check("ec2", "RunInstances from launch template")
def instance_of_a_template(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc, place = subnet(aws)
    own, name = group(aws, vpc), unique("lt")
    ec2.create_launch_template(
        LaunchTemplateName=name,
        LaunchTemplateData={
            "ImageId": image(aws),
            "InstanceType": "m5.large",
            "NetworkInterfaces": [{"DeviceIndex": 0, "Groups": [own]}],
            "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 2},
            "UserData": user_data(),
            "BlockDeviceMappings": [
                {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 33, "VolumeType": "gp3"}}
            ],
            "TagSpecifications": tagged("instance", Name="of template"),
        },
    )
    launched = ec2.run_instances(
        LaunchTemplate={"LaunchTemplateName": name}, SubnetId=place, MinCount=1, MaxCount=1
    )["Instances"][0]
    found = described(aws, launched["InstanceId"])
    assert found["InstanceType"] == "m5.large"
    assert [one["GroupId"] for one in found["SecurityGroups"]] == [own]
    assert found["MetadataOptions"]["HttpTokens"] == "required"
    assert tags(Name="of template")[0] in found["Tags"]
    (device,) = found["BlockDeviceMappings"]
    (volume,) = ec2.describe_volumes(VolumeIds=[device["Ebs"]["VolumeId"]])["Volumes"]
    assert (volume["Size"], volume["VolumeType"]) == (33, "gp3")
    data = ec2.describe_instance_attribute(InstanceId=launched["InstanceId"], Attribute="userData")
    assert base64.b64decode(data["UserData"]["Value"]) == b"hello"


@check("ec2", "RunInstances unknown AMI")
def no_image(aws: Emulator) -> None:
    _, place = subnet(aws)
    missing = "ami-0123456789abcdef0"
    refused("InvalidAMIID.NotFound", instance, aws=aws, place=place, ImageId=missing)


@check("ec2", "DescribeInstances tag+state filter")
def instances_by_tag(aws: Emulator) -> None:
    _, place = subnet(aws)
    name = unique("instance")
    launched = instance(aws, place, TagSpecifications=tagged("instance", Name=name))
    filters = [{"Name": "tag:Name", "Values": [name]}, *named(instance_state_name="running")]
    found = aws.client("ec2").describe_instances(Filters=filters)["Reservations"]
    assert [one["InstanceId"] for r in found for one in r["Instances"]] == [launched["InstanceId"]]


@check("ec2", "DescribeInstances private-dns-name filter")
def instances_by_name(aws: Emulator) -> None:
    vpc, place = subnet(aws)
    launched = instance(aws, place)
    filters = named(private_dns_name=launched["PrivateDnsName"], vpc_id=vpc)
    found = aws.client("ec2").describe_instances(Filters=filters)["Reservations"]
    assert [one["InstanceId"] for r in found for one in r["Instances"]] == [launched["InstanceId"]]


@check("ec2", "DescribeInstanceStatus")
def instance_status(aws: Emulator) -> None:
    _, place = subnet(aws)
    launched = instance(aws, place)
    found = aws.client("ec2").describe_instance_status(InstanceIds=[launched["InstanceId"]])
    (status,) = found["InstanceStatuses"]
    assert status["InstanceState"]["Name"] == "running"
    assert status["SystemStatus"]["Status"] == "ok"


def _volume(aws: Emulator, **asked: Any) -> dict[str, Any]:
    wish = {"AvailabilityZone": f"{REGION}a", "Size": 10, "VolumeType": "gp3", **asked}
    return aws.client("ec2").create_volume(**wish)


@check("ec2", "CreateVolume gp3 encrypted")
def encrypted_volume(aws: Emulator) -> None:
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    made = _volume(aws, Encrypted=True, KmsKeyId=key, Iops=3500)
    (found,) = aws.client("ec2").describe_volumes(VolumeIds=[made["VolumeId"]])["Volumes"]
    assert (found["Encrypted"], found["VolumeType"], found["Iops"]) == (True, "gp3", 3500)
    assert found["KmsKeyId"] == key


@check("ec2", "DescribeVolumes tag filter; delete attached")
def attached_volume(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    _, place = subnet(aws)
    name = unique("volume")
    volume = _volume(aws, TagSpecifications=tagged("volume", Name=name))["VolumeId"]
    found = ec2.describe_volumes(Filters=[{"Name": "tag:Name", "Values": [name]}])["Volumes"]
    assert [one["VolumeId"] for one in found] == [volume]
    launched = instance(aws, place)["InstanceId"]
    ec2.attach_volume(VolumeId=volume, InstanceId=launched, Device="/dev/sdf")
    refused("VolumeInUse", ec2.delete_volume, VolumeId=volume)


@check("ec2", "Detach+DeleteVolume, then describe")
def detached_volume(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    _, place = subnet(aws)
    volume = _volume(aws)["VolumeId"]
    launched = instance(aws, place)["InstanceId"]
    ec2.attach_volume(VolumeId=volume, InstanceId=launched, Device="/dev/sdf")
    ec2.detach_volume(VolumeId=volume)
    ec2.delete_volume(VolumeId=volume)
    refused("InvalidVolume.NotFound", ec2.describe_volumes, VolumeIds=[volume])


@check("ec2", "TerminateInstances, ENIs go")
def terminated_instance(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    _, place = subnet(aws)
    launched = instance(aws, place)["InstanceId"]
    ended = ec2.terminate_instances(InstanceIds=[launched])["TerminatingInstances"][0]
    assert ended["PreviousState"]["Name"] == "running"
    assert ended["CurrentState"]["Name"] == "shutting-down"
    assert described(aws, launched)["State"]["Name"] == "terminated"
    assert _interfaces(aws, **{"subnet-id": place}) == []
    ec2.delete_subnet(SubnetId=place)


@check("ec2", "DescribeNetworkInterfaces leftover in VPC")
def leftover_interfaces(aws: Emulator) -> None:
    vpc, place = subnet(aws)
    made = aws.client("ec2").create_network_interface(SubnetId=place)["NetworkInterface"]
    (found,) = _interfaces(aws, **{"vpc-id": vpc})
    assert found["NetworkInterfaceId"] == made["NetworkInterfaceId"]
    assert _interfaces(aws, **{"vpc-id": vpc, "status": "available"})
    assert not _interfaces(aws, **{"vpc-id": vpc, "status": "in-use"})
