"""Health issues of node groups and add-ons, in EKS's own codes and words.

https://docs.aws.amazon.com/eks/latest/APIReference/API_Issue.html
https://docs.aws.amazon.com/eks/latest/APIReference/API_AddonIssue.html

Docstrings say where the words were seen, as in :mod:`.errors`. "Told by the API's model" are those
of botocore's eks/2017-11-01, whose documentation says of each code what it means.
"""

from rehearsal.aws.eks.records import Document

PUBLIC_ADDRESSES = (
    "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html#subnet-public-ip"
)


class Obstacle(Exception):  # noqa: N818 - an answer of the rules, no error of the program
    """Something that a health issue tells of.

    Attributes:
        issue: what EKS shows.
        reason: what is wrong, which EKS does not tell; the log of the emulator does.
    """

    def __init__(self, issue: Document, reason: str) -> None:
        super().__init__(reason)
        self.issue = issue
        self.reason = reason


def _issue(code: str, message: str, resources: list[str] | None = None) -> Document:
    return {"code": code, "message": message, "resourceIds": resources or []}


# --- node groups ---


def failed_to_join(instances: list[str]) -> Document:
    """Seen in https://github.com/hashicorp/terraform-provider-aws/issues/35242."""
    message = "Instances failed to join the kubernetes cluster"
    return _issue("NodeCreationFailure", message, instances)


def unhealthy_nodes(instances: list[str]) -> Document:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-eks/issues/2041."""
    message = "Unhealthy nodes in the kubernetes cluster"
    return _issue("NodeCreationFailure", message, instances)


def no_public_addresses(nodegroup: str, subnets: list[str]) -> Document:
    """Seen in https://github.com/sassoftware/viya4-iac-aws/issues/271."""
    return _issue(
        "Ec2SubnetInvalidConfiguration",
        f"One or more Amazon EC2 Subnets of [{', '.join(subnets)}] for node group {nodegroup} does "
        "not automatically assign public IP addresses to instances launched into it. If you want "
        "your instances to be assigned a public IP address, then you need to enable auto-assign "
        f"public IP address for the subnet. See IP addressing in VPC guide: {PUBLIC_ADDRESSES}",
        subnets,
    )


def user_data_is_not_mime(template: str) -> Document:
    """Seen in the acceptance tests of the Terraform AWS provider, aws_eks_node_group."""
    return _issue(
        "Ec2LaunchTemplateInvalidConfiguration",
        "User data was not in the MIME multipart format.",
        [template],
    )


def user_data_is_not_toml(template: str) -> Document:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-eks/issues/1729."""
    return _issue(
        "Ec2LaunchTemplateInvalidConfiguration",
        "User data was not a TOML format that could be processed.",
        [template],
    )


def launch_failed(group: str, capacity: str, code: str, message: str) -> Document:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-eks/issues/1843."""
    return _issue(
        "AsgInstanceLaunchFailures",
        f"Could not launch {capacity} Instances. {code} - {message} Launching EC2 instance failed.",
        [group],
    )


def no_free_addresses(subnets: list[str]) -> Document:
    """Seen in https://github.com/falcosecurity/test-infra/issues/1164."""
    return _issue(
        "InsufficientFreeAddresses",
        "Amazon AutoScaling was unable to launch instances because there are not enough free "
        "addresses in the subnet associated with your AutoScaling group(s).",
        subnets,
    )


def no_node_role(role: str) -> Document:
    """Told by the API's model."""
    return _issue(
        "IamNodeRoleNotFound",
        "We couldn't find the IAM role for your managed node group. You may be able to recreate an "
        "IAM role with the same settings to recover.",
        [role],
    )


def no_launch_template(template: str) -> Document:
    """Told by the API's model."""
    return _issue(
        "Ec2LaunchTemplateNotFound",
        "We couldn't find the Amazon EC2 launch template for your managed node group. You may be "
        "able to recreate a launch template with the same settings to recover.",
        [template],
    )


def access_denied(role: str) -> Document:
    """Told by the API's model."""
    return _issue(
        "AccessDenied",
        "Amazon EKS or one or more of your managed nodes is failing to authenticate or authorize "
        "with your Kubernetes cluster API server.",
        [role],
    )


def update_blocked(nodegroup: str, instances: list[str]) -> Document:
    """Seen in https://repost.aws/knowledge-center/eks-node-group-update-failures."""
    return _issue(
        "NodeCreationFailure",
        "Couldn't proceed with upgrade process as new nodes are not joining node group "
        f"{nodegroup}",
        instances,
    )


# --- add-ons ---


def too_few_replicas() -> Document:
    """Seen in https://github.com/aws/containers-roadmap/issues/2328."""
    return _issue(
        "InsufficientNumberOfReplicas",
        "The add-on is unhealthy because it doesn't have the desired number of replicas.",
    )


def conflicts(objects: list[str]) -> Document:
    """Seen in https://github.com/eksctl-io/eksctl/pull/5880."""
    return _issue(
        "ConfigurationConflict",
        "Conflicts found when trying to apply. Will not continue due to resolve conflicts mode. "
        "Conflicts:\n" + "\n".join(objects),
    )
