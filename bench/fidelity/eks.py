"""Clusters, node groups, add-ons, access, and what EKS keeps in EC2."""

from typing import Any

from bench.fidelity.checks import (
    ACCOUNT,
    REGION,
    check,
    cluster,
    named,
    nodegroup,
    refused,
    unique,
)
from tests.rehearsal.emulator import Emulator, until

POLICY = "arn:aws:eks::aws:cluster-access-policy"


def _wish(aws: Emulator, **asked: Any) -> dict[str, Any]:
    wish = {
        "name": unique("cluster"),
        "roleArn": aws.role("eks.amazonaws.com"),
        "accessConfig": {"authenticationMode": "API"},
        **asked,
    }
    if "resourcesVpcConfig" not in wish:
        wish["resourcesVpcConfig"] = {"subnetIds": aws.subnets(aws.vpc())}
    return wish


def _group_wish(aws: Emulator, name: str, **asked: Any) -> dict[str, Any]:
    return {
        "clusterName": name,
        "nodegroupName": unique("group"),
        "nodeRole": aws.role("ec2.amazonaws.com"),
        "subnets": aws.describe(name)["resourcesVpcConfig"]["subnetIds"],
        **asked,
    }


def _own_cluster(aws: Emulator, **asked: Any) -> str:
    """One with a network plugin."""
    name = aws.cluster(**asked)
    aws.client("eks").create_addon(clusterName=name, addonName="vpc-cni")
    return name


def _gone(aws: Emulator, operation: str, **asked: Any) -> None:
    """Wait until something that is being deleted is not found any more."""
    client = aws.client("eks")

    def missing() -> bool:
        try:
            getattr(client, operation)(**asked)
        except client.exceptions.ResourceNotFoundException:
            return True
        return False

    until(missing, f"{operation} finds nothing")


def _successful(aws: Emulator, name: str, update: dict[str, Any], **more: str) -> dict[str, Any]:
    """An update once it is over; it begins as InProgress."""
    assert update["status"] == "InProgress"
    eks = aws.client("eks")

    def now() -> dict[str, Any]:
        return eks.describe_update(name=name, updateId=update["id"], **more)["update"]

    until(lambda: now()["status"] == "Successful", "the update is successful")
    return now()


# --- clusters ---


@check("eks", "CreateCluster (all args) -> ACTIVE")
def new_cluster(aws: Emulator) -> None:
    eks = aws.client("eks")
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    made = eks.create_cluster(
        **_wish(
            aws,
            version="1.35",
            accessConfig={
                "authenticationMode": "API",
                "bootstrapClusterCreatorAdminPermissions": True,
            },
            kubernetesNetworkConfig={"serviceIpv4Cidr": "172.20.0.0/16"},
            encryptionConfig=[{"resources": ["secrets"], "provider": {"keyArn": key}}],
            logging={"clusterLogging": [{"types": ["api", "audit"], "enabled": True}]},
            upgradePolicy={"supportType": "STANDARD"},
            deletionProtection=False,
            bootstrapSelfManagedAddons=False,
            tags={"a": "1"},
        )
    )["cluster"]
    assert made["status"] == "CREATING"
    name = made["name"]
    until(lambda: aws.describe(name)["status"] == "ACTIVE", "it is ACTIVE")
    found = aws.describe(name)
    vpc = found["resourcesVpcConfig"]
    assert found["arn"] == f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/{name}"
    assert vpc["vpcId"].startswith("vpc-")
    assert vpc["clusterSecurityGroupId"].startswith("sg-")
    assert found["endpoint"].startswith("https://")
    assert found["certificateAuthority"]["data"]
    assert found["identity"]["oidc"]["issuer"].startswith(f"https://oidc.eks.{REGION}.")
    assert (found["version"], found["platformVersion"][:4]) == ("1.35", "eks.")
    assert found["accessConfig"]["authenticationMode"] == "API"
    assert found["upgradePolicy"] == {"supportType": "STANDARD"}
    assert found["deletionProtection"] is False
    assert found["tags"] == {"a": "1"}


@check("eks", "clusterSecurityGroupId exists in EC2")
def cluster_group(aws: Emulator) -> None:
    name = cluster(aws)
    own = aws.describe(name)["resourcesVpcConfig"]["clusterSecurityGroupId"]
    (found,) = aws.client("ec2").describe_security_groups(GroupIds=[own])["SecurityGroups"]
    assert found["GroupName"].startswith(f"eks-cluster-sg-{name}-")


@check("eks", "control-plane ENIs exist in EC2")
def cluster_interfaces(aws: Emulator) -> None:
    name = cluster(aws)
    found = aws.client("ec2").describe_network_interfaces(
        Filters=named(description=f"Amazon EKS {name}")
    )["NetworkInterfaces"]
    assert 2 <= len(found) <= 4
    assert all(one["Status"] == "in-use" for one in found)


@check("eks", "CreateCluster duplicate")
def cluster_twice(aws: Emulator) -> None:
    create = aws.client("eks").create_cluster
    refused("ResourceInUseException", create, **_wish(aws, name=cluster(aws)))


@check("eks", "CreateCluster bad version")
def cluster_of_no_version(aws: Emulator) -> None:
    create = aws.client("eks").create_cluster
    refused("InvalidParameterException", create, **_wish(aws, version="1.99"))


@check("eks", "CreateCluster missing subnet")
def cluster_without_subnet(aws: Emulator) -> None:
    missing = {"subnetIds": ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]}
    create = aws.client("eks").create_cluster
    refused("InvalidParameterException", create, **_wish(aws, resourcesVpcConfig=missing))


@check("eks", "CreateCluster missing role")
def cluster_without_role(aws: Emulator) -> None:
    codes = ("InvalidParameterException", "InvalidRequestException")
    nobody = f"arn:aws:iam::{ACCOUNT}:role/nobody"
    refused(codes, aws.client("eks").create_cluster, **_wish(aws, roleArn=nobody))


@check("eks", "CreateCluster single AZ")
def cluster_in_one_zone(aws: Emulator) -> None:
    places = {"subnetIds": aws.subnets(aws.vpc(), zones="aa")}
    create = aws.client("eks").create_cluster
    refused("InvalidParameterException", create, **_wish(aws, resourcesVpcConfig=places))


@check("eks", "CreateCluster idempotent clientRequestToken")
def cluster_with_a_token(aws: Emulator) -> None:
    wish = _wish(aws, clientRequestToken=unique("token"))
    first, second = (aws.client("eks").create_cluster(**wish)["cluster"] for _ in range(2))
    assert first["arn"] == second["arn"]


@check("eks", "DescribeCluster missing")
def no_cluster(aws: Emulator) -> None:
    refused("ResourceNotFoundException", aws.client("eks").describe_cluster, name="nobody")


@check("eks", "ListClusters")
def clusters(aws: Emulator) -> None:
    assert cluster(aws) in aws.client("eks").list_clusters()["clusters"]


@check("eks", "ListClusters pagination")
def clusters_by_page(aws: Emulator) -> None:
    wanted = {cluster(aws), aws.cluster()}
    pages = (
        aws.client("eks").get_paginator("list_clusters").paginate(PaginationConfig={"PageSize": 1})
    )
    found = [page["clusters"] for page in pages]
    assert all(len(page) == 1 for page in found)
    assert wanted <= {name for page in found for name in page}


@check("eks", "DescribeClusterVersions")
def cluster_versions(aws: Emulator) -> None:
    found = aws.client("eks").describe_cluster_versions()["clusterVersions"]
    versions = {one["clusterVersion"]: one for one in found}
    assert versions["1.35"]["versionStatus"] == "STANDARD_SUPPORT"
    assert sum(one["defaultVersion"] for one in found) == 1


def _config_update(aws: Emulator, name: str, **change: Any) -> dict[str, Any]:
    update = aws.client("eks").update_cluster_config(name=name, **change)["update"]
    done = _successful(aws, name, update)
    until(lambda: aws.describe(name)["status"] == "ACTIVE", "it is ACTIVE again")
    return done


@check("eks", "UpdateClusterConfig endpoint")
def endpoint_updated(aws: Emulator) -> None:
    name = aws.cluster()
    before = aws.describe(name)["resourcesVpcConfig"]
    change = {"endpointPrivateAccess": True, "publicAccessCidrs": ["203.0.113.0/24"]}
    done = _config_update(aws, name, resourcesVpcConfig=change)
    assert done["type"] == "EndpointAccessUpdate"
    assert {"PublicAccessCidrs", "EndpointPrivateAccess"} <= {p["type"] for p in done["params"]}
    assert aws.describe(name)["resourcesVpcConfig"] == {**before, **change}


@check("eks", "UpdateClusterConfig logging")
def logging_updated(aws: Emulator) -> None:
    name = aws.cluster()
    change = {"clusterLogging": [{"types": ["audit"], "enabled": True}]}
    assert _config_update(aws, name, logging=change)["type"] == "LoggingUpdate"
    found = aws.describe(name)["logging"]["clusterLogging"]
    assert {"types": ["audit"], "enabled": True} in found


@check("eks", "UpdateClusterConfig accessConfig")
def access_updated(aws: Emulator) -> None:
    name = aws.cluster(accessConfig={"authenticationMode": "API_AND_CONFIG_MAP"})
    done = _config_update(aws, name, accessConfig={"authenticationMode": "API"})
    assert done["type"] == "AccessConfigUpdate"
    assert aws.describe(name)["accessConfig"]["authenticationMode"] == "API"


@check("eks", "UpdateClusterConfig deletionProtection")
def protection_updated(aws: Emulator) -> None:
    name = aws.cluster()
    _config_update(aws, name, deletionProtection=True)
    assert aws.describe(name)["deletionProtection"] is True


@check("eks", "UpdateClusterVersion")
def version_updated(aws: Emulator) -> None:
    name = aws.cluster(version="1.34")
    update = aws.client("eks").update_cluster_version(name=name, version="1.35")["update"]
    assert update["type"] == "VersionUpdate"
    assert aws.describe(name)["status"] in {"UPDATING", "ACTIVE"}
    _successful(aws, name, update)
    assert aws.describe(name)["version"] == "1.35"


@check("eks", "UpdateClusterVersion skip minor")
def version_skipped(aws: Emulator) -> None:
    asked = {"name": aws.cluster(version="1.34"), "version": "1.36"}
    codes = ("InvalidParameterException", "InvalidRequestException")
    refused(codes, aws.client("eks").update_cluster_version, **asked)


@check("eks", "DescribeUpdate")
def update_missing(aws: Emulator) -> None:
    describe = aws.client("eks").describe_update
    asked = {"name": cluster(aws), "updateId": "12345678-1234-1234-1234-123456789012"}
    refused("ResourceNotFoundException", describe, **asked)


@check("eks", "ListUpdates")
def updates(aws: Emulator) -> None:
    name = aws.cluster()
    done = _config_update(aws, name, deletionProtection=True)
    assert aws.client("eks").list_updates(name=name)["updateIds"] == [done["id"]]


# --- node groups ---


@check("eks", "CreateNodegroup -> ACTIVE")
def new_nodegroup(aws: Emulator) -> None:
    name = _own_cluster(aws)
    made = aws.nodegroup(
        name,
        instanceTypes=["t3.large"],
        diskSize=30,
        labels={"a": "1"},
        taints=[{"key": "k", "value": "v", "effect": "NO_SCHEDULE"}],
        updateConfig={"maxUnavailablePercentage": 50},
        nodeRepairConfig={"enabled": True},
        tags={"t": "1"},
    )
    assert made["nodegroupArn"].startswith(f"arn:aws:eks:{REGION}:{ACCOUNT}:nodegroup/{name}/")
    assert made["version"] == aws.describe(name)["version"]
    assert made["releaseVersion"].startswith(made["version"])
    assert (made["amiType"], made["capacityType"]) == ("AL2023_x86_64_STANDARD", "ON_DEMAND")
    assert made["updateConfig"] == {"maxUnavailablePercentage": 50}
    assert made["nodeRepairConfig"]["enabled"] is True
    assert made["health"] == {"issues": []}
    assert (made["diskSize"], made["labels"], made["tags"]) == (30, {"a": "1"}, {"t": "1"})


def _group(aws: Emulator) -> dict[str, Any]:
    found = aws.client("eks").describe_nodegroup(
        clusterName=cluster(aws), nodegroupName=nodegroup(aws)
    )
    return found["nodegroup"]


@check("eks", "nodegroup's ASG exists")
def scaling_group(aws: Emulator) -> None:
    group = _group(aws)
    (own,) = group["resources"]["autoScalingGroups"]
    found = aws.client("autoscaling").describe_auto_scaling_groups(
        AutoScalingGroupNames=[own["name"]]
    )
    (seen,) = found["AutoScalingGroups"]
    sizes = (seen["MinSize"], seen["DesiredCapacity"], seen["MaxSize"])
    assert sizes == tuple(group["scalingConfig"][k] for k in ("minSize", "desiredSize", "maxSize"))
    keys = {tag["Key"] for tag in seen["Tags"]}
    assert {"eks:cluster-name", "eks:nodegroup-name"} <= keys


@check("eks", "nodegroup launches EC2 instances")
def instances(aws: Emulator) -> None:
    group = _group(aws)
    found = aws.instances(group["nodegroupName"])
    assert len(found) == group["scalingConfig"]["desiredSize"]
    own = aws.describe(cluster(aws))["resourcesVpcConfig"]["clusterSecurityGroupId"]
    for one in found:
        assert one["PrivateDnsName"].endswith(f".{REGION}.compute.internal")
        assert [g["GroupId"] for g in one["SecurityGroups"]] == [own]
    assert len({one["SubnetId"] for one in found}) == 2, "they are spread"


@check("eks", "CreateNodegroup duplicate")
def nodegroup_twice(aws: Emulator) -> None:
    wish = _group_wish(aws, cluster(aws), nodegroupName=nodegroup(aws))
    refused("ResourceInUseException", aws.client("eks").create_nodegroup, **wish)


@check("eks", "CreateNodegroup missing cluster")
def nodegroup_of_nobody(aws: Emulator) -> None:
    wish = {**_group_wish(aws, cluster(aws)), "clusterName": "nobody"}
    refused("ResourceNotFoundException", aws.client("eks").create_nodegroup, **wish)


@check("eks", "CreateNodegroup bad instance type")
def nodegroup_of_no_type(aws: Emulator) -> None:
    wish = _group_wish(aws, cluster(aws), instanceTypes=["t33.medium"])
    refused("InvalidParameterException", aws.client("eks").create_nodegroup, **wish)


@check("eks", "CreateNodegroup with launch template, spot")
def nodegroup_of_a_template(aws: Emulator) -> None:
    name = _own_cluster(aws)
    template = aws.client("ec2").create_launch_template(
        LaunchTemplateName=unique("lt"),
        LaunchTemplateData={"MetadataOptions": {"HttpTokens": "required"}},
    )["LaunchTemplate"]
    made = aws.nodegroup(
        name,
        launchTemplate={"id": template["LaunchTemplateId"], "version": "1"},
        capacityType="SPOT",
        instanceTypes=["t3.medium", "t3a.medium"],
    )
    assert made["launchTemplate"] == {
        "id": template["LaunchTemplateId"],
        "name": template["LaunchTemplateName"],
        "version": "1",
    }
    for one in aws.instances(made["nodegroupName"]):
        assert one["InstanceLifecycle"] == "spot"
        assert one["MetadataOptions"]["HttpTokens"] == "required"


@check("eks", "DescribeNodegroup missing")
def no_nodegroup(aws: Emulator) -> None:
    describe = aws.client("eks").describe_nodegroup
    asked = {"clusterName": cluster(aws), "nodegroupName": "nobody"}
    refused("ResourceNotFoundException", describe, **asked)


@check("eks", "ListNodegroups")
def nodegroups(aws: Emulator) -> None:
    own = nodegroup(aws)
    found = aws.client("eks").list_nodegroups(clusterName=cluster(aws))["nodegroups"]
    assert own in found


@check("eks", "ListNodegroups missing cluster")
def nodegroups_of_nobody(aws: Emulator) -> None:
    listed = aws.client("eks").list_nodegroups
    refused("ResourceNotFoundException", listed, clusterName="nobody")


@check("eks", "UpdateNodegroupConfig")
def nodegroup_updated(aws: Emulator) -> None:
    name = _own_cluster(aws)
    group = aws.nodegroup(name)["nodegroupName"]
    update = aws.client("eks").update_nodegroup_config(
        clusterName=name,
        nodegroupName=group,
        scalingConfig={"minSize": 1, "desiredSize": 3, "maxSize": 5},
        labels={"addOrUpdateLabels": {"b": "2"}},
    )["update"]
    assert update["type"] == "ConfigUpdate"
    _successful(aws, name, update, nodegroupName=group)
    found = aws.settled(name, group)
    assert found["scalingConfig"] == {"minSize": 1, "desiredSize": 3, "maxSize": 5}
    assert found["labels"]["b"] == "2"
    assert len(aws.instances(group)) == 3


@check("eks", "UpdateNodegroupVersion")
def nodegroup_version(aws: Emulator) -> None:
    eks = aws.client("eks")
    name = _own_cluster(aws, version="1.34")
    group = aws.nodegroup(name)["nodegroupName"]
    before = {one["InstanceId"] for one in aws.instances(group)}
    _successful(aws, name, eks.update_cluster_version(name=name, version="1.35")["update"])
    until(lambda: aws.describe(name)["status"] == "ACTIVE", "the cluster is ACTIVE")
    update = eks.update_nodegroup_version(clusterName=name, nodegroupName=group)["update"]
    _successful(aws, name, update, nodegroupName=group)
    found = aws.settled(name, group)
    assert (found["version"], found["releaseVersion"][:4]) == ("1.35", "1.35")
    assert not before & {one["InstanceId"] for one in aws.instances(group)}


# --- add-ons ---


@check("eks", "DescribeAddonVersions 1.34")
def addon_versions(aws: Emulator) -> None:
    found = aws.client("eks").describe_addon_versions(kubernetesVersion="1.34")["addons"]
    names = {one["addonName"] for one in found}
    assert {"vpc-cni", "coredns", "kube-proxy", "eks-pod-identity-agent"} <= names


@check("eks", "DescribeAddonVersions vpc-cni")
def versions_of_an_addon(aws: Emulator) -> None:
    found = aws.client("eks").describe_addon_versions(
        addonName="vpc-cni", kubernetesVersion="1.35"
    )["addons"]
    (one,) = found
    versions = one["addonVersions"]
    assert versions[0]["addonVersion"].startswith("v1.")
    defaults = [c for v in versions for c in v["compatibilities"] if c["defaultVersion"]]
    assert len(defaults) == 1


@check("eks", "DescribeAddonConfiguration")
def addon_configuration(aws: Emulator) -> None:
    eks = aws.client("eks")
    versions = eks.describe_addon_versions(addonName="vpc-cni", kubernetesVersion="1.35")
    version = versions["addons"][0]["addonVersions"][0]["addonVersion"]
    found = eks.describe_addon_configuration(addonName="vpc-cni", addonVersion=version)
    assert '"properties"' in found["configurationSchema"]


def _addon(aws: Emulator, name: str, addon: str) -> dict[str, Any]:
    found = aws.client("eks").describe_addon(clusterName=name, addonName=addon)
    return found["addon"]


@check("eks", "CreateAddon -> ACTIVE")
def new_addon(aws: Emulator) -> None:
    name = aws.cluster()
    made = aws.client("eks").create_addon(clusterName=name, addonName="vpc-cni", tags={"a": "1"})
    assert made["addon"]["status"] == "CREATING"
    until(lambda: _addon(aws, name, "vpc-cni")["status"] == "ACTIVE", "it is ACTIVE")
    assert _addon(aws, name, "vpc-cni")["tags"] == {"a": "1"}


@check("eks", "CreateAddon default version")
def addon_default(aws: Emulator) -> None:
    eks = aws.client("eks")
    name = aws.cluster(version="1.35")
    eks.create_addon(clusterName=name, addonName="kube-proxy")
    found = eks.describe_addon_versions(addonName="kube-proxy", kubernetesVersion="1.35")
    (default,) = (
        version["addonVersion"]
        for version in found["addons"][0]["addonVersions"]
        if any(c["defaultVersion"] for c in version["compatibilities"])
    )
    assert _addon(aws, name, "kube-proxy")["addonVersion"] == default


@check("eks", "CreateAddon podIdentityAssociations (arns?)")
def addon_identity(aws: Emulator) -> None:
    eks = aws.client("eks")
    name = aws.cluster()
    eks.create_addon(clusterName=name, addonName="eks-pod-identity-agent")
    made = eks.create_addon(
        clusterName=name,
        addonName="vpc-cni",
        podIdentityAssociations=[
            {"serviceAccount": "aws-node", "roleArn": aws.role("pods.eks.amazonaws.com")}
        ],
    )["addon"]
    (arn,) = made["podIdentityAssociations"]
    assert arn.startswith(f"arn:aws:eks:{REGION}:{ACCOUNT}:podidentityassociation/{name}/a-")


@check("eks", "CreateAddon duplicate")
def addon_twice(aws: Emulator) -> None:
    asked = {"clusterName": cluster(aws), "addonName": "vpc-cni"}
    refused("ResourceInUseException", aws.client("eks").create_addon, **asked)


@check("eks", "CreateAddon unknown addon")
def no_addon(aws: Emulator) -> None:
    asked = {"clusterName": cluster(aws), "addonName": "nothing"}
    refused("InvalidParameterException", aws.client("eks").create_addon, **asked)


@check("eks", "UpdateAddon")
def addon_updated(aws: Emulator) -> None:
    eks = aws.client("eks")
    name = _own_cluster(aws)
    until(lambda: _addon(aws, name, "vpc-cni")["status"] == "ACTIVE", "it is ACTIVE")
    values = '{"env": {"ENABLE_PREFIX_DELEGATION": "true"}}'
    update = eks.update_addon(clusterName=name, addonName="vpc-cni", configurationValues=values)[
        "update"
    ]
    assert update["type"] == "AddonUpdate"
    _successful(aws, name, update, addonName="vpc-cni")
    assert _addon(aws, name, "vpc-cni")["configurationValues"] == values


@check("eks", "DeleteAddon")
def addon_deleted(aws: Emulator) -> None:
    name = _own_cluster(aws)
    asked = {"clusterName": name, "addonName": "vpc-cni"}
    until(lambda: _addon(aws, name, "vpc-cni")["status"] == "ACTIVE", "it is ACTIVE")
    assert aws.client("eks").delete_addon(**asked)["addon"]["status"] == "DELETING"
    _gone(aws, "describe_addon", **asked)


# --- access ---


def _principal(aws: Emulator) -> str:
    return aws.role("ec2.amazonaws.com")


@check("eks", "ListAccessEntries (creator bootstrapped?)")
def creators_entry(aws: Emulator) -> None:
    found = aws.client("eks").list_access_entries(clusterName=cluster(aws))["accessEntries"]
    assert aws.client("sts").get_caller_identity()["Arn"] in found


@check("eks", "CreateAccessEntry EC2_LINUX")
def nodes_entry(aws: Emulator) -> None:
    made = aws.client("eks").create_access_entry(
        clusterName=aws.cluster(), principalArn=_principal(aws), type="EC2_LINUX"
    )["accessEntry"]
    assert made["username"] == "system:node:{{EC2PrivateDNSName}}"
    assert "system:nodes" in made["kubernetesGroups"]


@check("eks", "CreateAccessEntry HYBRID_LINUX/EC2 types")
def other_nodes_entries(aws: Emulator) -> None:
    name = aws.cluster()
    for kind in ("HYBRID_LINUX", "EC2"):
        made = aws.client("eks").create_access_entry(
            clusterName=name, principalArn=_principal(aws), type=kind
        )
        assert made["accessEntry"]["type"] == kind


def _entry(aws: Emulator) -> dict[str, str]:
    asked = {"clusterName": aws.cluster(), "principalArn": _principal(aws)}
    aws.client("eks").create_access_entry(**asked)
    return asked


@check("eks", "Access entry + associate policy")
def entry_with_a_policy(aws: Emulator) -> None:
    eks, entry = aws.client("eks"), _entry(aws)
    eks.associate_access_policy(
        **entry,
        policyArn=f"{POLICY}/AmazonEKSViewPolicy",
        accessScope={"type": "namespace", "namespaces": ["a"]},
    )
    (found,) = eks.list_associated_access_policies(**entry)["associatedAccessPolicies"]
    assert found["policyArn"] == f"{POLICY}/AmazonEKSViewPolicy"
    assert found["accessScope"] == {"type": "namespace", "namespaces": ["a"]}


@check("eks", "CreateAccessEntry duplicate")
def entry_twice(aws: Emulator) -> None:
    refused("ResourceInUseException", aws.client("eks").create_access_entry, **_entry(aws))


@check("eks", "AssociateAccessPolicy unknown policy")
def entry_with_no_policy(aws: Emulator) -> None:
    codes = ("InvalidParameterException", "ResourceNotFoundException")
    asked = {"policyArn": f"{POLICY}/Nothing", "accessScope": {"type": "cluster"}}
    refused(codes, aws.client("eks").associate_access_policy, **_entry(aws), **asked)


@check("eks", "ListAccessPolicies")
def access_policies(aws: Emulator) -> None:
    found = aws.client("eks").list_access_policies()["accessPolicies"]
    names = {one["name"] for one in found}
    assert {"AmazonEKSClusterAdminPolicy", "AmazonEKSViewPolicy", "AmazonEKSAdminPolicy"} <= names


@check("eks", "Update/Disassociate/Delete access entry")
def entry_changed(aws: Emulator) -> None:
    eks, entry = aws.client("eks"), _entry(aws)
    eks.update_access_entry(**entry, kubernetesGroups=["devs"])
    policy = f"{POLICY}/AmazonEKSViewPolicy"
    eks.associate_access_policy(**entry, policyArn=policy, accessScope={"type": "cluster"})
    eks.disassociate_access_policy(**entry, policyArn=policy)
    assert not eks.list_associated_access_policies(**entry)["associatedAccessPolicies"]
    found = eks.describe_access_entry(**entry)["accessEntry"]
    assert found["kubernetesGroups"] == ["devs"]
    eks.delete_access_entry(**entry)
    refused("ResourceNotFoundException", eks.describe_access_entry, **entry)


@check("eks", "Pod identity CRUD")
def pod_identity(aws: Emulator) -> None:
    eks, name = aws.client("eks"), aws.cluster()
    first, second = (aws.role("pods.eks.amazonaws.com") for _ in range(2))
    made = eks.create_pod_identity_association(
        clusterName=name, namespace="a", serviceAccount="b", roleArn=first
    )["association"]
    own = {"clusterName": name, "associationId": made["associationId"]}
    eks.update_pod_identity_association(**own, roleArn=second)
    found = eks.describe_pod_identity_association(**own)["association"]
    assert (found["roleArn"], found["namespace"]) == (second, "a")
    (listed,) = eks.list_pod_identity_associations(clusterName=name)["associations"]
    assert listed["associationId"] == made["associationId"]
    eks.delete_pod_identity_association(**own)
    refused("ResourceNotFoundException", eks.describe_pod_identity_association, **own)


def _private_cluster(aws: Emulator) -> str:
    """A cluster in subnets without a way out, as Fargate profiles want them."""
    return aws.cluster(resourcesVpcConfig={"subnetIds": aws.subnets(aws.vpc())})


def _fargate(aws: Emulator, name: str) -> dict[str, str]:
    own = {"clusterName": name, "fargateProfileName": unique("fargate")}
    config = aws.describe(name)["resourcesVpcConfig"]
    made = aws.client("eks").create_fargate_profile(
        **own,
        podExecutionRoleArn=aws.role("eks-fargate-pods.amazonaws.com"),
        subnets=config["subnetIds"],
        selectors=[{"namespace": "a", "labels": {"b": "c"}}],
    )["fargateProfile"]
    assert made["status"] == "CREATING"
    describe = aws.client("eks").describe_fargate_profile
    until(lambda: describe(**own)["fargateProfile"]["status"] == "ACTIVE", "the profile is ACTIVE")
    return own


@check("eks", "Fargate profile CRUD")
def fargate_profile(aws: Emulator) -> None:
    eks, name = aws.client("eks"), _private_cluster(aws)
    own = _fargate(aws, name)
    listed = eks.list_fargate_profiles(clusterName=name)["fargateProfileNames"]
    assert listed == [own["fargateProfileName"]]
    assert eks.delete_fargate_profile(**own)["fargateProfile"]["status"] == "DELETING"
    _gone(aws, "describe_fargate_profile", **own)


@check("eks", "Identity provider config CRUD")
def identity_provider(aws: Emulator) -> None:
    eks, name = aws.client("eks"), aws.cluster()
    config = {"identityProviderConfigName": "oidc", "issuerUrl": "https://a.b", "clientId": "c"}
    update = eks.associate_identity_provider_config(clusterName=name, oidc=config)["update"]
    _successful(aws, name, update)
    (listed,) = eks.list_identity_provider_configs(clusterName=name)["identityProviderConfigs"]
    assert listed == {"type": "oidc", "name": "oidc"}
    found = eks.describe_identity_provider_config(clusterName=name, identityProviderConfig=listed)[
        "identityProviderConfig"
    ]["oidc"]
    assert found["issuerUrl"] == "https://a.b"
    update = eks.disassociate_identity_provider_config(
        clusterName=name, identityProviderConfig=listed
    )["update"]
    _successful(aws, name, update)


@check("eks", "AssociateEncryptionConfig")
def encryption(aws: Emulator) -> None:
    eks, name = aws.client("eks"), aws.cluster()
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    config = [{"resources": ["secrets"], "provider": {"keyArn": key}}]
    update = eks.associate_encryption_config(clusterName=name, encryptionConfig=config)["update"]
    assert update["type"] == "AssociateEncryptionConfig"
    _successful(aws, name, update)
    assert aws.describe(name)["encryptionConfig"] == config


@check("eks", "Tags on cluster")
def cluster_tags(aws: Emulator) -> None:
    eks = aws.client("eks")
    arn = aws.describe(aws.cluster(tags={"a": "1"}))["arn"]
    eks.tag_resource(resourceArn=arn, tags={"b": "2", "c": "3"})
    assert eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "1", "b": "2", "c": "3"}
    eks.untag_resource(resourceArn=arn, tagKeys=["a", "b"])
    assert eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"c": "3"}


@check("eks", "Tags on nodegroup")
def nodegroup_tags(aws: Emulator) -> None:
    eks, arn = aws.client("eks"), _group(aws)["nodegroupArn"]
    eks.tag_resource(resourceArn=arn, tags={"b": "2"})
    assert _group(aws)["tags"]["b"] == "2"
    eks.untag_resource(resourceArn=arn, tagKeys=["b"])


@check("eks", "ListInsights")
def insights(aws: Emulator) -> None:
    assert isinstance(aws.client("eks").list_insights(clusterName=cluster(aws))["insights"], list)


@check("eks", "DescribeInsight / capabilities ListCapabilities")
def capabilities(aws: Emulator) -> None:
    eks = aws.client("eks")
    assert eks.list_capabilities(clusterName=cluster(aws))["capabilities"] == []
    asked = {"clusterName": cluster(aws), "id": "00000000-0000-0000-0000-000000000000"}
    refused("ResourceNotFoundException", eks.describe_insight, **asked)


# --- the end ---


@check("eks", "DeleteCluster with nodegroups")
def cluster_with_nodegroups(aws: Emulator) -> None:
    assert nodegroup(aws)
    refused("ResourceInUseException", aws.client("eks").delete_cluster, name=cluster(aws))


@check("eks", "DeleteCluster with fargate profile")
def cluster_with_fargate(aws: Emulator) -> None:
    name = _private_cluster(aws)
    _fargate(aws, name)
    refused("ResourceInUseException", aws.client("eks").delete_cluster, name=name)


@check("eks", "DeleteCluster with deletionProtection")
def protected_cluster(aws: Emulator) -> None:
    name = aws.cluster(deletionProtection=True)
    refused("InvalidRequestException", aws.client("eks").delete_cluster, name=name)


@check("eks", "CreateNodegroup while cluster CREATING")
def nodegroup_too_early(aws: Emulator) -> None:
    with aws.at_speed(60):
        name = aws.client("eks").create_cluster(**_wish(aws))["cluster"]["name"]
    wish = _group_wish(aws, name)
    refused("InvalidRequestException", aws.client("eks").create_nodegroup, **wish)


@check("ec2", "DeleteSubnet used by EKS control plane")
def subnet_of_a_cluster(aws: Emulator) -> None:
    name = cluster(aws)
    found = aws.client("ec2").describe_network_interfaces(
        Filters=named(description=f"Amazon EKS {name}")
    )["NetworkInterfaces"]
    place = found[0]["SubnetId"]
    refused("DependencyViolation", aws.client("ec2").delete_subnet, SubnetId=place)


@check("eks", "DeleteNodegroup")
def nodegroup_deleted(aws: Emulator) -> None:
    name = _own_cluster(aws)
    group = aws.nodegroup(name)
    own = {"clusterName": name, "nodegroupName": group["nodegroupName"]}
    deleted = aws.client("eks").delete_nodegroup(**own)["nodegroup"]
    assert deleted["status"] == "DELETING"
    _gone(aws, "describe_nodegroup", **own)
    assert aws.instances(group["nodegroupName"]) == []
    scaling = group["resources"]["autoScalingGroups"][0]["name"]
    found = aws.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[scaling])
    assert found["AutoScalingGroups"] == []


@check("eks", "DeleteCluster")
def cluster_deleted(aws: Emulator) -> None:
    name = aws.cluster()
    group = aws.describe(name)["resourcesVpcConfig"]["clusterSecurityGroupId"]
    assert aws.client("eks").delete_cluster(name=name)["cluster"]["status"] == "DELETING"
    _gone(aws, "describe_cluster", name=name)
    ec2 = aws.client("ec2")
    refused("InvalidGroup.NotFound", ec2.describe_security_groups, GroupIds=[group])
    filters = named(description=f"Amazon EKS {name}")
    assert not ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"]


@check("eks", "multi-region / multi-account isolation")
def regions_apart(aws: Emulator) -> None:
    assert cluster(aws) not in aws.client("eks", "eu-west-1").list_clusters()["clusters"]
    describe = aws.client("eks", "eu-west-1").describe_cluster
    refused("ResourceNotFoundException", describe, name=cluster(aws))
