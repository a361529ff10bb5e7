"""Fargate profiles: which pods run without nodes of one's own."""

import uuid
from collections.abc import Mapping
from typing import Any

from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError

from rehearsal.aws.clock import TIMELINE
from rehearsal.aws.eks import access, errors, roles
from rehearsal.aws.eks.backend import EKS, eks_of
from rehearsal.aws.eks.operations import Request, operation, page
from rehearsal.aws.eks.records import Cluster, Document
from rehearsal.aws.eks.rules import cluster as cluster_rules
from rehearsal.aws.eks.rules import fargate as rules
from rehearsal.aws.eks.rules import nodegroup as nodegroup_rules
from rehearsal.aws.eks.rules.tags import tags_are_allowed


@operation
def create_fargate_profile(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateFargateProfile.html."""
    eks = request.eks
    cluster = eks.active_cluster(request["clusterName"])
    name, role = request["fargateProfileName"], request["podExecutionRoleArn"]
    cluster_rules.name_is_valid("fargateProfileName", name)
    rules.name_is_free(cluster.name, name, cluster.fargate_profiles)
    rules.is_made_alone(cluster.name, name, _statuses(cluster))
    selectors = request.get("selectors", [])
    rules.selectors_are_allowed(selectors)
    rules.role_trusts_fargate(roles.find(eks.iam, role))
    tags_are_allowed(request.get("tags", {}))
    subnet_ids = request.get("subnets") or _private_subnets(eks, cluster)
    rules.has_private_subnets(cluster.name, subnet_ids)
    _check_subnets(eks, cluster, subnet_ids)
    document: Document = {
        "fargateProfileName": name,
        "fargateProfileArn": eks.arn("fargateprofile", cluster.name, name, str(uuid.uuid4())),
        "clusterName": cluster.name,
        "createdAt": utcnow(),
        "podExecutionRoleArn": role,
        "subnets": subnet_ids,
        "selectors": selectors,
        "status": "CREATING",
        "tags": request.get("tags", {}),
        "health": {"issues": []},
    }
    cluster.fargate_profiles[name] = document
    access.admit_nodes(eks, cluster, role, "FARGATE_LINUX")
    _later("fargate-profile.create", "eks.fargate-profile.created", eks, document)
    return {"fargateProfile": document}


@TIMELINE.carries_out("eks.fargate-profile.created")
def _created(region: str, cluster_name: str, name: str, arn: str) -> None:
    cluster = _cluster_with(region, cluster_name, name, arn)
    if cluster:
        cluster.fargate_profiles[name]["status"] = "ACTIVE"


@operation
def describe_fargate_profile(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeFargateProfile.html."""
    name = request["fargateProfileName"]
    return {"fargateProfile": request.eks.fargate_profile(request["clusterName"], name)}


@operation
def list_fargate_profiles(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListFargateProfiles.html."""
    cluster = request.eks.cluster(request["clusterName"])
    return page(request, "fargateProfileNames", sorted(cluster.fargate_profiles))


@operation
def delete_fargate_profile(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteFargateProfile.html."""
    cluster = request.eks.cluster(request["clusterName"])
    name = request["fargateProfileName"]
    document = request.eks.fargate_profile(cluster.name, name)
    rules.is_active(document["status"])
    others = {other: status for other, status in _statuses(cluster).items() if other != name}
    rules.is_deleted_alone(cluster.name, name, others)
    document["status"] = "DELETING"
    _later("fargate-profile.delete", "eks.fargate-profile.deleted", request.eks, document)
    return {"fargateProfile": document}


@TIMELINE.carries_out("eks.fargate-profile.deleted")
def _deleted(region: str, cluster_name: str, name: str, arn: str) -> None:
    cluster = _cluster_with(region, cluster_name, name, arn)
    if cluster:
        del cluster.fargate_profiles[name]


def _later(takes: str, kind: str, eks: EKS, document: Document) -> None:
    members = ("clusterName", "fargateProfileName", "fargateProfileArn")
    TIMELINE.after(takes, kind, eks.region_name, *(document[member] for member in members))


def _cluster_with(region: str, cluster_name: str, name: str, arn: str) -> Cluster | None:
    """The cluster, if it still has the profile that something was scheduled for."""
    cluster = eks_of(region).clusters.get(cluster_name)
    profile = cluster.fargate_profiles.get(name) if cluster else None
    return cluster if profile and profile["fargateProfileArn"] == arn else None


def _statuses(cluster: Cluster) -> dict[str, str]:
    return {name: profile["status"] for name, profile in cluster.fargate_profiles.items()}


def _check_subnets(eks: EKS, cluster: Cluster, subnet_ids: list[str]) -> None:
    for subnet_id in subnet_ids:
        try:
            subnet = eks.ec2.get_subnet(subnet_id)
        except EC2ClientError:
            raise errors.no_subnet(subnet_id) from None
        vpc = cluster.document["resourcesVpcConfig"]["vpcId"]
        nodegroup_rules.subnets_are_in_the_vpc(vpc, [subnet.vpc_id])
        rules.subnet_is_private(subnet_id, _is_private(eks, subnet))


def _private_subnets(eks: EKS, cluster: Cluster) -> list[str]:
    """Those of the cluster's own; that EKS takes them where none are named is unverified."""
    own = cluster.document["resourcesVpcConfig"]["subnetIds"]
    return [one for one in own if _is_private(eks, eks.ec2.get_subnet(one))]


def _is_private(eks: EKS, subnet: Any) -> bool:
    """Whether its route table, or the VPC's main one, has no route to an internet gateway.

    https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
    """
    tables = [table for table in eks.ec2.route_tables.values() if table.vpc_id == subnet.vpc_id]
    own = [table for table in tables if subnet.id in table._associations.values()]
    main = [table for table in tables if table.main_association_id]
    return not any(
        route.gateway is not None and str(route.gateway.id).startswith("igw-")
        for table in own or main
        for route in table._routes.values()
    )
