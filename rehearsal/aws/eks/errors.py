"""What EKS answers when it refuses, in its own codes and words.

Each docstring names the page where AWS was seen to use the words. "Only the code" means that the
words are ours, "Only the demand" that the code is ours too, after
https://docs.aws.amazon.com/eks/latest/APIReference/CommonErrors.html and the operation's own list.
"Recorded by moto" means https://github.com/getmoto/moto/blob/5.2.5/moto/eks/models.py, whose words
were taken from the API.
"""

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


# --- values ---


def value_not_known(member: str, value: str, known: list[str]) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/CommonErrors.html."""
    return invalid_parameter(
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: "
        f"Member must satisfy enum value set: [{', '.join(known)}]"
    )


def value_too_large(member: str, value: str, most: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/CommonErrors.html."""
    return invalid_parameter(
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: "
        f"Member must have value less than or equal to {most}"
    )


# --- clusters ---


def no_cluster(name: str) -> EKSError:
    """Seen in https://github.com/upbound/configuration-aws-eks/pull/9."""
    return not_found(f"No cluster found for name: {name}.", clusterName=name)


def cluster_exists(name: str) -> EKSError:
    """Recorded by moto."""
    return in_use(f"Cluster already exists with name: {name}", clusterName=name)


def invalid_name(parameter: str) -> EKSError:
    """Seen in https://github.com/surajincloud/kubectl-eks/issues/72."""
    return invalid_parameter(
        f"The {parameter} parameter contains invalid characters. It should conform to the regular "
        'expression "^[0-9A-Za-z][A-Za-z0-9-_]*"In other words, it should start with a number or '
        "letter, and can contain numbers, letters, dashes, and underscores."
    )


def cluster_name_too_long(most: str) -> EKSError:
    """Seen in https://github.com/aws/aws-cdk/issues/30632."""
    return invalid_parameter(f"The parameter name should not be greater than {most} characters.")


def cluster_not_active(name: str) -> EKSError:
    """Recorded by moto."""
    return invalid_request(f"Cluster '{name}' is not in ACTIVE status", clusterName=name)


def cluster_has_nodegroups(name: str) -> EKSError:
    """Recorded by moto."""
    return in_use("Cluster has nodegroups attached", clusterName=name)


def cluster_has_fargate_profiles(name: str) -> EKSError:
    """Seen in https://github.com/kubernetes-sigs/cluster-api-provider-aws/issues/4728."""
    return in_use("Cluster has Fargate Profiles in ACTIVE/CREATING state", clusterName=name)


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


def no_kind_of_update() -> EKSError:
    """Seen in https://github.com/awsdocs/amazon-eks-user-guide/issues/819."""
    return invalid_parameter("The type for cluster update was not provided.")


def unsupported_version(version: str) -> EKSError:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-eks/issues/3164."""
    return invalid_parameter(f"unsupported Kubernetes version {version}")


def unsupported_step(name: str, old: str, new: str) -> EKSError:
    """Seen in https://github.com/rancher/rancher/issues/28939."""
    return invalid_parameter(
        f"Unsupported Kubernetes minor version update from {old} to {new}", clusterName=name
    )


def nodegroups_left_behind(name: str, nodegroups: list[str], version: str) -> EKSError:
    """Seen in https://github.com/hashicorp/terraform-provider-aws/issues/19478."""
    return invalid_parameter(
        f"Nodegroups {', '.join(nodegroups)} must be updated to match cluster version {version} "
        "before updating cluster version",
        clusterName=name,
    )


def not_ready_for_another_version(name: str) -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterVersion.html."""
    return EKSError(
        "InvalidStateException",
        "Amazon EKS detected upgrade readiness issues. Call the ListInsights API to view detected "
        "upgrade blocking issues. Pass the force flag when updating to override upgrade readiness "
        "errors.",
        clusterName=name,
    )


def extended_support_needed(name: str, version: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/rollback-cluster.html."""
    return invalid_request(
        f"Kubernetes version {version} is in extended support, which the cluster's upgrade policy "
        "does not allow",
        clusterName=name,
    )


def extended_support_entered(name: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/disable-extended-support.html."""
    return invalid_request(
        "You cannot disable extended support once your cluster has entered it", clusterName=name
    )


def too_few_zones(name: str) -> EKSError:
    """Seen in https://github.com/awsdocs/amazon-eks-user-guide/pull/795."""
    return invalid_parameter(
        "Subnets specified must be in at least two different AZs", clusterName=name
    )


def zone_without_control_planes(name: str, zone: str, others: list[str]) -> EKSError:
    """Seen in https://github.com/eksctl-io/eksctl/issues/817."""
    return EKSError(
        "UnsupportedAvailabilityZoneException",
        f"Cannot create cluster '{name}' because {zone}, the targeted availability zone, does not "
        "currently have sufficient capacity to support the cluster. Retry and choose from these "
        f"availability zones: {', '.join(others)}",
        clusterName=name,
        validZones=others,
    )


def subnets_of_several_vpcs(name: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html."""
    return invalid_parameter("Subnets specified must belong to one VPC", clusterName=name)


def subnets_of_other_zones(name: str, zones: list[str]) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html."""
    return invalid_parameter(
        f"Subnets specified must be in the Availability Zones of the cluster: {', '.join(zones)}",
        clusterName=name,
    )


def too_many_security_groups(name: str, most: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html."""
    return invalid_parameter(f"A cluster can have at most {most} security groups", clusterName=name)


def security_group_of_another_vpc(name: str, group_id: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html."""
    return invalid_parameter(
        f"The security group '{group_id}' is not in the VPC of the subnets", clusterName=name
    )


def service_cidr_not_private(name: str, cidr: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html."""
    return invalid_parameter(
        f"Service CIDR {cidr} is not within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16",
        clusterName=name,
    )


def service_cidr_of_wrong_size(name: str, cidr: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html."""
    return invalid_parameter(f"Service CIDR {cidr} is not between /24 and /12", clusterName=name)


def service_cidr_in_vpc(name: str, cidr: str, block: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html."""
    return invalid_parameter(
        f"Service CIDR {cidr} overlaps with {block} of the VPC", clusterName=name
    )


def service_cidr_beside_ipv6(name: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html."""
    return invalid_parameter(
        "serviceIpv4Cidr can't be specified for a cluster whose ipFamily is ipv6", clusterName=name
    )


def network_cannot_change(name: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html."""
    return invalid_parameter(
        "ipFamily and serviceIpv4Cidr can't be changed after the cluster is created",
        clusterName=name,
    )


def no_endpoint_access(name: str) -> EKSError:
    """Seen in https://github.com/rancher/rancher/issues/28158."""
    return invalid_parameter(
        "Both private and public endpoint access cannot be false", clusterName=name
    )


def too_many_public_cidrs(name: str, most: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html."""
    return invalid_parameter(
        f"A cluster can have at most {most} public access CIDRs", clusterName=name
    )


def bad_public_cidr(name: str, cidr: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_VpcConfigRequest.html."""
    return invalid_parameter(f"{cidr} is not a CIDR block of IPv4", clusterName=name)


def unknown_log_type(name: str, kind: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_LogSetup.html."""
    return invalid_parameter(f"{kind} is not a log type of a control plane", clusterName=name)


def unsupported_authentication_mode(name: str, old: str, new: str) -> EKSError:
    """Seen in https://github.com/pulumi/pulumi-eks/issues/1493."""
    return invalid_parameter(
        f"Unsupported authentication mode update from {old} to {new}", clusterName=name
    )


def encryption_exists(name: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_AssociateEncryptionConfig.html."""
    return invalid_request(
        f"Cluster {name} has an encryption configuration already", clusterName=name
    )


def not_secrets(name: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_EncryptionConfig.html."""
    return invalid_parameter(
        'The only supported value of resources of the one encryptionConfig is "secrets"',
        clusterName=name,
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


def endpoint_access_unchanged(name: str, private: str, public: str, cidrs: list[str]) -> EKSError:
    """Seen in https://github.com/eksctl-io/eksctl/issues/4043."""
    return invalid_parameter(
        f"Cluster is already at the desired configuration with endpointPrivateAccess: {private} , "
        f"endpointPublicAccess: {public}, and Public Endpoint Restrictions: [{', '.join(cidrs)}]",
        clusterName=name,
    )


def role_cannot_be_assumed(arn: str) -> EKSError:
    """Seen in https://github.com/aws-samples/karpenter-blueprints/issues/20."""
    return invalid_parameter(
        f"Role with arn: {arn}, could not be assumed because it does not exist or the trusted "
        "entity is not correct"
    )


def cluster_policy_missing(policy: str) -> EKSError:
    """Seen in https://github.com/rancher/rancher/issues/37651."""
    return invalid_parameter(
        "The provided role doesn't have the Amazon EKS Managed Policies associated with it. Please "
        f"ensure the following policies [{policy}] are attached"
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


def nodegroup_name_too_long(most: str) -> EKSError:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-eks/issues/1713."""
    return invalid_parameter(f"nodeGroupName can't be longer than {most} characters!")


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


def subnets_of_another_vpc(vpc: str) -> EKSError:
    """Seen in https://github.com/rancher/rancher/issues/28144."""
    return invalid_parameter(f"Specified subnets must belong to cluster's vpc {vpc}")


def nodes_of_another_version(version: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html."""
    return invalid_parameter(
        f"A node group is created with the cluster's Kubernetes version, which is {version}"
    )


def nodes_above_control_plane(wanted: str, version: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/update-managed-node-group.html."""
    return invalid_parameter(
        f"Kubernetes version {wanted} is greater than the control plane's version, {version}"
    )


def nodes_too_far_behind(wanted: str, version: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html."""
    return invalid_parameter(
        f"Kubernetes version {wanted} is more than three minor versions behind the control plane's "
        f"version, {version}"
    )


def instance_types_of_other_architecture(names: list[str], ami_type: str) -> EKSError:
    """Seen in https://github.com/HHS/simpler-grants-gov/pull/12404."""
    return invalid_parameter(
        f"[{', '.join(names)}] is not a valid instance type for requested amiType {ami_type}"
    )


def instance_type_not_in_zone(name: str, zone: str, others: list[str]) -> EKSError:
    """Seen in https://github.com/awslabs/ec2-spot-workshops/issues/154."""
    return invalid_request(
        f"Your requested instance type ({name}) is not supported in your requested Availability "
        f"Zone ({zone}). Please retry your request by not specifying an Availability Zone or "
        f"choosing {', '.join(others)}."
    )


def too_many_instance_types(most: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html."""
    return invalid_parameter(f"At most {most} instance types can be specified")


def reserved_label() -> EKSError:
    """Seen in https://github.com/eksctl-io/eksctl/issues/4007."""
    return invalid_parameter(
        "Label cannot contain reserved prefixes [kubernetes.io/, k8s.io/, eks.amazonaws.com/]"
    )


def invalid_label(value: str) -> EKSError:
    """Seen in https://github.com/aws-controllers-k8s/community/issues/2208."""
    return invalid_parameter(
        f"Invalid value: {value} : field must consist of alphanumeric characters, '-', '_' or '.', "
        "and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or "
        "'123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
    )


def label_too_long(text: str, most: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html."""
    return invalid_parameter(f"{text} is longer than {most} characters")


def reserved_taint() -> EKSError:
    """Only the demand: https://github.com/alphagov/govuk-infrastructure/pull/1264."""
    return invalid_parameter(
        "Taint cannot contain reserved prefixes [kubernetes.io/, k8s.io/, eks.amazonaws.com/]"
    )


def invalid_taint_effect(effect: str) -> EKSError:
    """Seen in https://github.com/aws-controllers-k8s/community/issues/2047."""
    return invalid_parameter(
        f"Invalid taint effect: {effect}, must be one of these [NO_SCHEDULE, NO_EXECUTE, "
        "PREFER_NO_SCHEDULE]"
    )


def too_many_taints(most: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/node-taints-managed-node-groups.html."""
    return invalid_parameter(f"A node group can have at most {most} taints")


def taint_said_twice(key: str, effect: str) -> EKSError:
    """Only the demand: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/."""
    return invalid_parameter(f"Taints must be unique by key and effect pair: {key}, {effect}")


def unavailable_said_twice() -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_NodegroupUpdateConfig.html."""
    return invalid_parameter(
        "Either maxUnavailable or maxUnavailablePercentage must be specified, not both"
    )


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


def ami_type_beside_image() -> EKSError:
    """Seen in https://github.com/pulumi/pulumi-eks/issues/1463."""
    return invalid_parameter(
        "You cannot specify an AMI Type other than CUSTOM, when specifying an image id in your "
        "launch template."
    )


def version_beside_image() -> EKSError:
    """Seen in https://github.com/pulumi/pulumi-eks/issues/1283."""
    return invalid_parameter(
        "You cannot specify a kubernetes version to use when specifying an image id to use within "
        "the launch template."
    )


def release_beside_image() -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html."""
    return invalid_parameter(
        "You cannot specify a release version to use when specifying an image id to use within "
        "the launch template."
    )


def field_beside_custom_image(field: str) -> EKSError:
    """Seen in https://github.com/eksctl-io/eksctl/issues/5999."""
    return invalid_parameter(f"You cannot specify the field {field} when using custom AMIs.")


def custom_image_without_template() -> EKSError:
    """Seen in https://github.com/aws-samples/eks-cluster-upgrade/issues/123."""
    return invalid_parameter("Launch template details can't be null for Custom ami type node group")


def instance_profile_in_template(template: str) -> EKSError:
    """Seen in public READMEs that have no address here; demanded by https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html."""
    return invalid_parameter(
        f"Launch template {template} should not specify an instance profile. The noderole in your "
        "request will be used to construct an instance profile."
    )


def prohibited_in_template(template: str, member: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_LaunchTemplateSpecification.html."""
    return invalid_parameter(f"Launch template {template} should not specify {member}")


def image_is_of_older_kubernetes(ami_type: str, last: str) -> EKSError:
    """Seen in https://github.com/scylladb/scylla-cluster-tests/issues/12524."""
    return invalid_parameter(
        f"AMI Type {ami_type} is only supported for kubernetes versions {last} or earlier"
    )


def no_capacity_block(member: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/capacity-blocks-mng.html."""
    return invalid_parameter(
        f"A node group of capacity type CAPACITY_BLOCK needs a launch template with {member}"
    )


def repair_said_twice(count: str, percentage: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_NodeRepairConfig.html."""
    return invalid_parameter(f"{count} and {percentage} can't be specified at the same time")


def repair_override_incomplete(member: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_NodeRepairConfigOverrides.html."""
    return invalid_parameter(f"nodeRepairConfigOverrides needs {member}")


def warm_pool_not_of_bottlerocket(member: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_WarmPoolConfig.html."""
    return invalid_parameter(f"warmPoolConfig.{member} is not supported for Bottlerocket AMIs")


def another_launch_template() -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateNodegroupVersion.html."""
    return invalid_parameter(
        "The launch template must be the one that the node group was created with"
    )


def launch_template_refused(message: str) -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html."""
    return invalid_parameter(message)


def release_does_not_fit(release: str, version: str) -> EKSError:
    """Seen in https://github.com/eksctl-io/eksctl/issues/7976."""
    return invalid_parameter(
        f"Requested release version {release} is not valid for kubernetes version {version}."
    )


# --- Fargate profiles ---


def no_fargate_profile(cluster: str, name: str) -> EKSError:
    """Recorded by moto."""
    return not_found(
        f"No Fargate Profile found with name: {name}.",
        clusterName=cluster,
        fargateProfileName=name,
    )


def fargate_profile_exists(cluster: str) -> EKSError:
    """Seen in https://github.com/eksctl-io/eksctl/issues/5652."""
    return in_use(
        "A Fargate Profile already exists with this name in this cluster.", clusterName=cluster
    )


def fargate_profile_without_selector() -> EKSError:
    """Recorded by moto."""
    return invalid_parameter("Fargate Profile requires at least one selector.")


def too_many_fargate_selectors(most: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html."""
    return invalid_parameter(f"Fargate Profile can have at most {most} selectors.")


def fargate_selector_without_namespace() -> EKSError:
    """Recorded by moto."""
    return invalid_parameter(
        "Fargate Profile must have at least one selector with at least one namespace value."
    )


def too_many_fargate_labels() -> EKSError:
    """Recorded by moto."""
    return invalid_parameter("Request contains Selector with more than 5 Label pairs")


def pod_execution_role_not_trusted() -> EKSError:
    """Noted in a comment of the Terraform AWS provider, https://github.com/hashicorp/terraform-provider-aws/blob/1455913b0c86ad67c9ffb9593ad446bab5d52a8f/internal/service/eks/fargate_profile.go."""
    return invalid_parameter(
        "Misconfigured PodExecutionRole Trust Policy; Please add the "
        "eks-fargate-pods.amazonaws.com Service Principal"
    )


def fargate_profile_not_active() -> EKSError:
    """Seen in https://github.com/eksctl-io/eksctl/issues/2845."""
    return invalid_request("Fargate Profile is currently not in Active State.")


def subnet_not_private(subnet_id: str) -> EKSError:
    """Seen in https://github.com/awslabs/eks-perf-tests/issues/195."""
    return invalid_parameter(
        f"Subnet {subnet_id} provided in Fargate Profile is not a private subnet"
    )


def no_private_subnets(cluster: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html."""
    return invalid_parameter(f"Cluster {cluster} has no private subnets", clusterName=cluster)


def fargate_profile_cannot_be_made(cluster: str, name: str, other: str, status: str) -> EKSError:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-eks/pull/866."""
    return in_use(
        f"Cannot create Fargate Profile {name} because cluster {cluster} currently has Fargate "
        f"profile {other} in status {status}",
        clusterName=cluster,
    )


def fargate_profile_cannot_be_deleted(cluster: str, name: str, other: str, status: str) -> EKSError:
    """Seen in https://github.com/cloud-custodian/cloud-custodian/pull/5585."""
    return in_use(
        f"Cannot Delete Fargate Profile {name} because cluster {cluster} currently has Fargate "
        f"profile {other} in status {status}",
        clusterName=cluster,
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


def invalid_principal() -> EKSError:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-eks/issues/2969."""
    return invalid_parameter("The specified principalArn is invalid: invalid principal.")


def principal_of_wrong_form() -> EKSError:
    """Seen in https://github.com/aws-samples/appmod-blueprints/pull/319."""
    return invalid_parameter("The principalArn parameter format is not valid")


def service_linked_principal() -> EKSError:
    """Seen in https://github.com/hashicorp/terraform-provider-aws/issues/36447."""
    return invalid_parameter(
        "The caller is not allowed to modify access entries with a principalArn value of a "
        "Service Linked Role"
    )


def principal_not_a_role(kind: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html."""
    return invalid_parameter(f"The principalArn of an access entry of type {kind} must be a role")


def unknown_entry_type(kind: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html."""
    return invalid_parameter(f"The type {kind} is not a type of access entries")


def reserved_username(prefix: str) -> EKSError:
    """Seen in https://github.com/aws-ia/terraform-aws-eks-blueprints/issues/2004."""
    return invalid_parameter(f"The username must not begin with {prefix}")


def session_name_without_colon() -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html."""
    return invalid_parameter("The username must have a colon before {{SessionName}}")


def reserved_group(group: str) -> EKSError:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-eks/issues/2915."""
    return invalid_parameter(
        f"The kubernetes group name {group} is invalid, it cannot start with system:"
    )


def groups_of_nodes(kind: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html."""
    return invalid_parameter(
        f"kubernetesGroups can't be specified for an access entry of type {kind}"
    )


def username_of_nodes(kind: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html."""
    return invalid_parameter(f"username can't be specified for an access entry of type {kind}")


def policy_for_nodes(kind: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html."""
    return invalid_request(
        f"An access policy can't be associated with an access entry of type {kind}"
    )


def scope_without_namespaces() -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_AccessScope.html."""
    return invalid_parameter("An access scope of type namespace must name a namespace")


def namespaces_beside_cluster_scope() -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_AccessScope.html."""
    return invalid_parameter("An access scope of type cluster can't name namespaces")


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


# --- identity providers ---


def no_identity_provider(cluster: str, kind: str, name: str) -> EKSError:
    """Seen in https://github.com/eksctl-io/eksctl/issues/6293."""
    return not_found(
        f"No config found for cluster: {cluster}, config type: {kind}, config name: {name}",
        clusterName=cluster,
    )


def identity_provider_exists(cluster: str, member: str, value: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/authenticate-oidc-identity-provider.html."""
    return in_use(
        f"Cluster {cluster} has an identity provider whose {member} is {value} already",
        clusterName=cluster,
    )


def too_many_identity_providers(cluster: str, most: str) -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/APIReference/API_AssociateIdentityProviderConfig.html."""
    return EKSError(
        "ResourceLimitExceededException",
        f"Cluster {cluster} has {most} identity providers",
        clusterName=cluster,
    )


def identity_provider_is_the_clusters_own() -> EKSError:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-eks/issues/3328."""
    return invalid_parameter(
        "Incorrect Identity Provider URL configuration. The Identity Provider URL cannot be same "
        "as OpenID Connect (OIDC) issuer URL"
    )


def issuer_not_https(url: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_OidcIdentityProviderConfigRequest.html."""
    return invalid_parameter(f"issuerUrl {url} is no https URL without a query")


def reserved_identity_prefix(member: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/authenticate-oidc-identity-provider.html."""
    return invalid_parameter(f"{member} must not begin with system:")


# --- tags ---


def too_many_tags(most: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html."""
    return invalid_parameter(f"A resource can have at most {most} tags")


def tag_too_long(key: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html."""
    return invalid_parameter(f"The tag {key} is longer than keys and values can be")


def reserved_tag(key: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html."""
    return invalid_parameter(f"The tag {key} begins with aws:, which AWS keeps for itself")


# --- Auto Mode ---


def half_auto_mode(name: str) -> EKSError:
    """Seen in https://github.com/kubernetes-sigs/cluster-api-provider-aws/issues/5278."""
    return invalid_parameter(
        "For EKS Auto Mode, please ensure that all required configs, including computeConfig, "
        "kubernetesNetworkConfig, and blockStorage are all either fully enabled or fully disabled.",
        clusterName=name,
    )


def self_managed_addons_beside_auto_mode(name: str) -> EKSError:
    """Seen in https://github.com/hashicorp/terraform-provider-aws/pull/40483."""
    return invalid_parameter(
        "When EKS Auto Mode is enabled, bootstrapSelfManagedAddons must be set to false.",
        clusterName=name,
    )


def auto_mode_without_access_entries(name: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/auto-enable-existing.html."""
    return invalid_parameter(
        "The authentication mode must be API_AND_CONFIG_MAP or API when EKS Auto Mode is enabled",
        clusterName=name,
    )


def unknown_node_pool(name: str, pool: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/set-builtin-node-pools.html."""
    return invalid_parameter(f"{pool} is not a node pool of EKS Auto Mode", clusterName=name)


def node_role_without_pools(name: str) -> EKSError:
    """Seen in https://github.com/aws/aws-cdk/pull/33894."""
    return invalid_parameter(
        "When Compute Config nodeRoleArn is not null or empty, nodePool value(s) must be provided.",
        clusterName=name,
    )


def pools_without_node_role(name: str) -> EKSError:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-eks/issues/3366."""
    return invalid_parameter(
        "When Compute Config nodeRoleArn is null or empty, nodePool list cannot be populated.",
        clusterName=name,
    )


def node_role_changed(name: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_ComputeConfigRequest.html."""
    return invalid_parameter(
        "nodeRoleArn can't be changed after EKS Auto Mode is enabled", clusterName=name
    )


def auto_mode_policies_missing(policies: list[str]) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/auto-cluster-iam-role.html.

    The words are those of the policy that every cluster needs.
    """
    return invalid_parameter(
        "The provided role doesn't have the Amazon EKS Managed Policies associated with it. Please "
        f"ensure the following policies [{', '.join(policies)}] are attached"
    )


def sessions_cannot_be_tagged(role: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/auto-cluster-iam-role.html."""
    return invalid_parameter(f"The trust policy of {role} does not allow sts:TagSession")


# --- the control plane's programs ---


def unknown_value(name: str, member: str, value: str, values: list[str]) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html."""
    return invalid_parameter(
        f"{member} {value} is not one of {', '.join(values)}", clusterName=name
    )


def egress_mode_goes_back(name: str, old: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/control-plane-egress.html."""
    return invalid_parameter(
        f"controlPlaneEgressMode can't be changed from {old} back to AWS_MANAGED", clusterName=name
    )


def bad_duration(name: str, member: str, value: str, within: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/control-plane-configuration.html."""
    return invalid_parameter(
        f"{member} {value} is not a duration of one unit from {within}", clusterName=name
    )


def bad_port_range(name: str, first: int, last: int, within: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/control-plane-configuration.html."""
    return invalid_parameter(
        f"serviceNodePortRange {first}-{last} is not a range within {within}", clusterName=name
    )


def bad_weight(name: str, resource: str, weight: int) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/control-plane-configuration.html."""
    return invalid_parameter(
        f"The weight {weight} of {resource} is not from 1 to 100", clusterName=name
    )


def bad_threshold(name: str, threshold: int, within: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/control-plane-configuration.html."""
    return invalid_parameter(
        f"terminatedPodGcThreshold {threshold} is not from {within}", clusterName=name
    )


def tier_not_provisioned(name: str, tier: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/control-plane-configuration.html."""
    return invalid_parameter(
        f"kubeControllerManagerConfig needs a provisioned scaling tier, the cluster's is {tier}",
        clusterName=name,
    )


# --- remote networks ---


def remote_network_without_access_entries(name: str) -> EKSError:
    """Seen in https://github.com/aws/aws-cdk/pull/33767."""
    return invalid_parameter(
        "AccessConfig AuthMode must be API_AND_CONFIG_MAP or API when remoteNetworkConfig is "
        "specified",
        clusterName=name,
    )


def remote_network_beside_ipv6(name: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/hybrid-nodes-cluster-create.html."""
    return invalid_parameter(
        "remoteNetworkConfig can't be specified for a cluster whose ipFamily is ipv6",
        clusterName=name,
    )


def pod_networks_without_node_networks(name: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_RemoteNetworkConfigRequest.html."""
    return invalid_parameter(
        "remotePodNetworks can't be specified without remoteNodeNetworks", clusterName=name
    )


def too_many_remote_networks(name: str, kind: str, most: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/general/latest/gr/eks.html."""
    return invalid_parameter(
        f"A cluster can have at most {most} remote {kind} networks", clusterName=name
    )


def remote_network_not_private(name: str, kind: str, cidr: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_RemoteNodeNetwork.html."""
    return invalid_parameter(
        f"Invalid remote {kind} network: CIDR {cidr} is not a private IPv4 block from /8 to /32",
        clusterName=name,
    )


def remote_network_overlaps(name: str, kind: str, cidr: str, other: str) -> EKSError:
    """Seen, of the VPC, in https://github.com/aws/aws-cdk/pull/33767."""
    return invalid_parameter(
        f"Invalid remote {kind} network: CIDR {cidr} overlaps with {other}", clusterName=name
    )


# --- IPv6 ---


def no_ipv6_in_subnet(name: str, subnet_id: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html."""
    return invalid_parameter(
        f"Subnet '{subnet_id}' has no IPv6 CIDR block, which ipFamily ipv6 needs", clusterName=name
    )


def no_ipv6_in_china(name: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html."""
    return invalid_parameter("ipFamily can't be ipv6 in China Regions", clusterName=name)


# --- capabilities ---


def cluster_has_capabilities(name: str) -> EKSError:
    """Seen in https://github.com/ekristen/aws-nuke/issues/970."""
    return in_use("Cluster has capabilities attached", clusterName=name)


def no_capability(cluster: str, name: str) -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCapability.html."""
    return not_found(f"No capability: {name} found in cluster: {cluster}", clusterName=cluster)


def capability_exists(cluster: str, name: str) -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCapability.html."""
    return in_use(f"Capability already exists with name: {name}", clusterName=cluster)


def capability_of_the_type_exists(cluster: str, kind: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCapability.html."""
    return in_use(f"Cluster {cluster} has a capability of type {kind}", clusterName=cluster)


def capability_busy(cluster: str, name: str, status: str) -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateCapability.html."""
    return in_use(
        f"Capability {name} cannot be changed as it is currently in {status} state",
        clusterName=cluster,
    )


def capability_role_not_trusted(role: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/capability-role.html."""
    return invalid_parameter(
        f"The role {role} does not exist, or does not allow capabilities.eks.amazonaws.com "
        "sts:AssumeRole and sts:TagSession"
    )


def capability_without_access_entries(cluster: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/userguide/capabilities-security.html."""
    return invalid_request(
        "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to "
        "create a capability",
        clusterName=cluster,
    )


def argo_cd_not_configured(cluster: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_ArgoCdConfigRequest.html."""
    return invalid_parameter(
        "A capability of type ARGOCD needs configuration.argoCd.awsIdc", clusterName=cluster
    )


def configuration_of_another_type(cluster: str, kind: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCapability.html."""
    return invalid_parameter(
        f"configuration.argoCd can't be specified for a capability of type {kind}",
        clusterName=cluster,
    )


# --- this emulator ---


def not_served(operation: str) -> EKSError:
    """Of no AWS: the embedded EKS does not have the operation."""
    return EKSError("UnsupportedOperation", f"The embedded AWS does not serve eks:{operation}")


# --- add-ons and pod identity: what they are configured with ---


def configuration_not_supported(problems: list[str]) -> EKSError:
    """Seen in https://github.com/cookpad/terraform-aws-eks/pull/331."""
    return invalid_parameter(
        "ConfigurationValue provided in request is not supported: Json schema validation failed "
        f"with error: [{', '.join(problems)}]"
    )


def configuration_not_readable(problem: str) -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAddon.html."""
    return invalid_parameter(f"ConfigurationValue provided in request is not supported: {problem}")


def invalid_addon_namespace(namespace: str) -> EKSError:
    """Only the demand: https://docs.aws.amazon.com/eks/latest/APIReference/API_AddonNamespaceConfigRequest.html."""
    return invalid_parameter(f"The namespace {namespace} is no RFC 1123 DNS label")


def preserve_at_creation() -> EKSError:
    """Seen in https://github.com/eksctl-io/eksctl/pull/5880."""
    return invalid_parameter(
        "Resolve conflicts option preserve is not supported for operation CreateAddon"
    )


def pod_identity_not_for_addon(account: str, addon: str) -> EKSError:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-eks/issues/3520."""
    return invalid_parameter(
        f"Service account {account} in pod identity configuration is not supported for addon "
        f"{addon}",
        addonName=addon,
    )


def no_pod_role(role: str) -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html."""
    return invalid_parameter(f"The role {role} does not exist")


def pod_role_not_trusted() -> EKSError:
    """Seen in https://github.com/hashicorp/terraform-provider-aws/issues/41483."""
    return invalid_parameter(
        "Trust policy of the role provided is invalid. Follow the official documentation to "
        "resolve the issue."
    )


def policy_with_session_tags() -> EKSError:
    """Only the code: https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html."""
    return invalid_parameter("disableSessionTags must be true when a policy is specified")


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
