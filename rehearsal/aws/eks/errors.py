"""What EKS answers when it refuses, in its own codes and words.

Each docstring names the page where AWS was seen to use the words. Where only the code is public,
it says so, and the words are ours. "Recorded by moto" means
https://github.com/getmoto/moto/blob/5.2.5/moto/eks/models.py, whose words were taken from the API.
"""

from collections.abc import Mapping
from typing import Any

from moto.core.exceptions import ServiceException


class EKSError(ServiceException):
    """An error of EKS's model: code, message, and the members that name what it is about."""

    def __init__(self, code: str, message: str, **about: Any) -> None:
        super().__init__(code, message)
        for member, value in about.items():
            setattr(self, member, value)


def not_found(message: str, **about: Any) -> EKSError:
    """HTTP 404."""
    return EKSError("ResourceNotFoundException", message, **about)


def in_use(message: str, **about: Any) -> EKSError:
    """HTTP 409."""
    return EKSError("ResourceInUseException", message, **about)


def invalid_parameter(message: str, **about: Any) -> EKSError:
    """HTTP 400: the request is wrong whatever the state."""
    return EKSError("InvalidParameterException", message, **about)


def invalid_request(message: str, **about: Any) -> EKSError:
    """HTTP 400: the request is wrong in the present state."""
    return EKSError("InvalidRequestException", message, **about)


# --- clusters ---


def no_cluster(name: str) -> EKSError:
    """Seen in https://github.com/upbound/configuration-aws-eks/pull/9."""
    return not_found(f"No cluster found for name: {name}.", clusterName=name)


def cluster_exists(name: str) -> EKSError:
    """Recorded by moto."""
    return in_use(f"Cluster already exists with name: {name}", clusterName=name)


def cluster_not_active(name: str) -> EKSError:
    """Recorded by moto."""
    return invalid_request(f"Cluster '{name}' is not in ACTIVE status", clusterName=name)


def cluster_has_nodegroups(name: str) -> EKSError:
    """Recorded by moto."""
    return in_use("Cluster has nodegroups attached", clusterName=name)


def cluster_is_protected(name: str) -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/userguide/deletion-protection.html."""
    return invalid_request(f"Cluster {name} is protected against deletion", clusterName=name)


def cluster_is_updating(name: str, kind: str, update: str) -> EKSError:
    """Seen in https://github.com/aws/aws-cdk/issues/33452."""
    return in_use(
        f"Cannot {kind} because cluster {name} currently has update {update} in progress",
        clusterName=name,
    )


def one_kind_of_update() -> EKSError:
    """Seen in https://github.com/crossplane-contrib/provider-aws/issues/642."""
    return invalid_parameter("Only one type of update can be allowed.")


def unsupported_version(version: str) -> EKSError:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-eks/issues/3164."""
    return invalid_parameter(f"unsupported Kubernetes version {version}")


def unsupported_step(name: str, old: str, new: str) -> EKSError:
    """Seen in https://github.com/rancher/rancher/issues/28939."""
    return invalid_parameter(
        f"Unsupported Kubernetes minor version update from {old} to {new}", clusterName=name
    )


def too_few_zones(name: str) -> EKSError:
    """Seen in https://github.com/awsdocs/amazon-eks-user-guide/pull/795."""
    return invalid_parameter(
        "Subnets specified must be in at least two different AZs", clusterName=name
    )


def creator_has_to_be_admin(name: str) -> EKSError:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-eks/issues/3026."""
    return invalid_parameter(
        "bootstrapClusterCreatorAdminPermissions must be true if cluster authentication mode is "
        "set to CONFIG_MAP",
        clusterName=name,
    )


def logging_unchanged(name: str) -> EKSError:
    """Seen in https://github.com/aws-quickstart/quickstart-amazon-eks-cluster-resource-provider/issues/38."""
    return invalid_parameter("No changes needed for the logging config provided", clusterName=name)


def endpoint_access_unchanged(name: str, vpc: Mapping[str, Any]) -> EKSError:
    """Seen in https://github.com/eksctl-io/eksctl/issues/4043."""
    private, public = (str(vpc[f"endpoint{kind}Access"]).lower() for kind in ("Private", "Public"))
    cidrs = ", ".join(vpc["publicAccessCidrs"])
    return invalid_parameter(
        f"Cluster is already at the desired configuration with endpointPrivateAccess: {private} , "
        f"endpointPublicAccess: {public}, and Public Endpoint Restrictions: [{cidrs}]",
        clusterName=name,
    )


def role_cannot_be_assumed(arn: str) -> EKSError:
    """Seen in https://github.com/aws-samples/karpenter-blueprints/issues/20."""
    return invalid_parameter(
        f"Role with arn: {arn}, could not be assumed because it does not exist or the trusted "
        "entity is not correct"
    )


def no_subnet(subnet_id: str) -> EKSError:
    """Seen, with EC2's request id, in https://github.com/AdminTurnedDevOps/DevOps-The-Hard-Way-AWS/issues/16."""
    return invalid_parameter(
        f"The subnet ID '{subnet_id}' does not exist (Service: AmazonEC2; Status Code: 400; Error "
        "Code: InvalidSubnetID.NotFound)"
    )


def no_addresses(subnet_id: str) -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html."""
    return invalid_parameter(f"Subnet '{subnet_id}' has too few free addresses for a cluster")


def no_security_group(group_id: str) -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html."""
    return invalid_parameter(f"The security group '{group_id}' does not exist")


def no_update(update_id: str) -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeUpdate.html."""
    return not_found(f"No update found for ID: {update_id}")


# --- node groups ---


def no_nodegroup(cluster: str, name: str) -> EKSError:
    """Recorded by moto."""
    return not_found(
        f"No node group found for name: {name}.", clusterName=cluster, nodegroupName=name
    )


def nodegroup_exists(cluster: str, name: str) -> EKSError:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-eks/issues/1931."""
    return in_use(
        f"NodeGroup already exists with name {name} and cluster name {cluster}",
        clusterName=cluster,
        nodegroupName=name,
    )


def nodegroup_not_active(cluster: str, name: str) -> EKSError:
    """Seen in https://github.com/aws/karpenter-provider-aws/issues/133."""
    return in_use(
        "Nodegroup cannot be updated as it is currently not in Active State",
        clusterName=cluster,
        nodegroupName=name,
    )


def node_role_not_trusted(arn: str, service: str) -> EKSError:
    """Seen in https://github.com/eksctl-io/eksctl/issues/3290."""
    return invalid_parameter(
        f"Following required service principals [{service}] were not found in the trust "
        f"relationships of nodeRole {arn}"
    )


def no_node_role(arn: str) -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html."""
    return invalid_parameter(f"The role with name {arn.rpartition('/')[2]} cannot be found.")


def min_above_desired_at_creation() -> EKSError:
    """Seen in https://github.com/sassoftware/viya4-iac-aws/issues/298."""
    return invalid_parameter("minSize can't be greater than desiredSize")


def min_above_desired(minimum: int, desired: int) -> EKSError:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-eks/issues/3306."""
    return invalid_parameter(
        f"Minimum capacity {minimum} can't be greater than desired size {desired}"
    )


def desired_above_max() -> EKSError:
    """Seen in https://github.com/ministryofjustice/cloud-platform-infrastructure/pull/4595."""
    return invalid_parameter("desiredSize can't be greater than maxSize")


def no_instance_types(names: list[str]) -> EKSError:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-eks/issues/1279."""
    return invalid_parameter(
        f"The following supplied instance types do not exist: [{', '.join(names)}]"
    )


def instance_types_said_twice() -> EKSError:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-eks/issues/1545."""
    return invalid_request("Cannot specify instance types in launch template and API request")


def disk_size_beside_template() -> EKSError:
    """Recorded by moto."""
    return invalid_parameter("Disk size must be specified within the launch template.")


def remote_access_beside_template() -> EKSError:
    """Recorded by moto."""
    return invalid_parameter(
        "Remote access configuration cannot be specified with a launch template."
    )


def launch_template_refused(message: str) -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html."""
    return invalid_parameter(message)


def release_does_not_fit(release: str, version: str) -> EKSError:
    """Seen in https://github.com/eksctl-io/eksctl/issues/7976."""
    return invalid_parameter(
        f"Requested release version {release} is not valid for kubernetes version {version}."
    )


# --- add-ons ---


def no_addon(cluster: str, name: str) -> EKSError:
    """Noted in a comment of the Terraform AWS provider's waiter for deleted add-ons."""
    return not_found(
        f"No addon: {name} found in cluster: {cluster}", clusterName=cluster, addonName=name
    )


def addon_exists(cluster: str, name: str) -> EKSError:
    """Seen in https://github.com/wandb/terraform-aws-wandb/pull/230."""
    return in_use("Addon already exists.", clusterName=cluster, addonName=name)


def addon_busy(cluster: str, name: str, status: str) -> EKSError:
    """Seen in https://github.com/eksctl-io/eksctl/issues/8091."""
    return in_use(
        f"Addon {name} cannot be updated as it is currently in {status} state",
        clusterName=cluster,
        addonName=name,
    )


def addon_version_not_supported(name: str) -> EKSError:
    """Seen in https://github.com/hashicorp/terraform-provider-aws/issues/32238."""
    return invalid_parameter("Addon version specified is not supported", addonName=name)


def addon_not_supported(name: str, kubernetes_version: str) -> EKSError:
    """Seen in https://github.com/marcincuber/eks/issues/10."""
    return invalid_parameter(
        f"Addon {name} specified is not supported in {kubernetes_version} kubernetes version",
        addonName=name,
    )


def no_such_addon(name: str) -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddonVersions.html."""
    return not_found(f"Addon {name} is not known", addonName=name)


# --- access ---


def access_entries_off() -> EKSError:
    """Seen in https://github.com/aws-ia/terraform-aws-eks-blueprints/issues/1877."""
    return invalid_request(
        "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to "
        "perform this operation."
    )


def no_access_entry() -> EKSError:
    """Seen in https://github.com/hashicorp/terraform-provider-aws/issues/40951."""
    return not_found(
        "The specified principalArn could not be found. You can view your available access "
        "entries with 'list-access-entries'."
    )


def access_entry_exists() -> EKSError:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-eks/issues/3293."""
    return in_use("The specified access entry resource is already in use on this cluster.")


def no_access_policy(arn: str) -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/APIReference/API_AssociateAccessPolicy.html."""
    return invalid_parameter(f"The specified policyArn {arn} is not an access policy of EKS")


def access_policy_not_associated() -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/APIReference/API_DisassociateAccessPolicy.html."""
    return not_found("The specified policyArn is not associated with the access entry")


def pod_identity_exists(existing: str) -> EKSError:
    """Seen in https://github.com/awslabs/crossplane-on-eks/issues/168."""
    return in_use(f"Association already exists: {existing}")


def no_pod_identity(association_id: str) -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribePodIdentityAssociation.html."""
    return not_found(f"No pod identity association has the id {association_id}")


def no_resource(arn: str) -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/APIReference/API_TagResource.html."""
    return not_found(f"No resource has the ARN {arn}")


# --- this emulator ---


def not_served(operation: str) -> EKSError:
    """Of no AWS: the embedded EKS does not have the operation."""
    return EKSError("UnsupportedOperation", f"The embedded AWS does not serve eks:{operation}")


# --- quotas ---


def too_many_clusters() -> EKSError:
    """Seen in https://github.com/pulumi/pulumi-eks/issues/1311."""
    return EKSError("ResourceLimitExceededException", "Cluster limit exceeded for account.")


def too_many_nodegroups(name: str) -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html."""
    return EKSError(
        "ResourceLimitExceededException",
        f"Nodegroup limit exceeded for cluster {name}.",
        clusterName=name,
    )


def too_many_nodes(name: str, quota: int) -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html."""
    return EKSError(
        "ResourceLimitExceededException",
        f"A nodegroup of cluster {name} has at most {quota} nodes.",
        clusterName=name,
    )


# --- keys ---


def key_unusable(key: str) -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html."""
    return invalid_parameter(f"The key {key} does not exist, or its state allows no encryption")


# --- insights ---


def no_insight(insight: str) -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeInsight.html."""
    return not_found(f"No insight found for id: {insight}")
