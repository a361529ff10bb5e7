"""The IAM and KMS policy documents of a cluster, as functions of names and numbers."""

import json
from collections.abc import Sequence

Statement = dict[str, object]


def document(*statements: Statement) -> str:
    """A policy document, as JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(service: str, *actions: str, condition: Statement | None = None) -> str:
    """A role's trust policy: one AWS service takes the role on.

    Args:
        service: The service's principal, e.g. `ec2.amazonaws.com`.
        actions: What it may do besides `sts:AssumeRole`.
        condition: When it may.
    """
    return document(
        {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": ["sts:AssumeRole", *actions],
            **({"Condition": condition} if condition else {}),
        }
    )


NODE_TRUST = trust("ec2.amazonaws.com")
"""The trust policy of a role that instances have.

https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html
"""

POD_IDENTITY_TRUST = trust("pods.eks.amazonaws.com", "sts:TagSession")
"""The trust policy of a role that EKS Pod Identity hands to pods.

https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
"""


def of_account(account: str, arn: str) -> Statement:
    """A condition for trust policies: the service acts for one resource of one account.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    return {"StringEquals": {"aws:SourceAccount": account}, "ArnLike": {"aws:SourceArn": arn}}


def fargate_trust(*, partition: str, region: str, account: str, cluster: str) -> str:
    """The trust policy of a pod execution role: Fargate takes it on for one cluster's profiles.

    https://docs.aws.amazon.com/eks/latest/userguide/pod-execution-role.html
    """
    profiles = f"arn:{partition}:eks:{region}:{account}:fargateprofile/{cluster}/*"
    return trust(
        "eks-fargate-pods.amazonaws.com", condition={"ArnLike": {"aws:SourceArn": profiles}}
    )


def cluster_key(
    *,
    partition: str,
    region: str,
    account: str,
    log_groups: Sequence[str],
    administrators: Sequence[str],
) -> str:
    """The policy of the key that encrypts a cluster's secrets and logs.

    The account keeps the key in its own hands, so that no change of roles locks it out; EKS gets
    to it through grants that it makes as the deploying principal. CloudWatch Logs may use it for
    the cluster's log groups only.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html

    Args:
        partition: The AWS partition.
        region: The AWS region.
        account: The account's id.
        log_groups: Names of log groups that are encrypted with it.
        administrators: ARNs of principals that manage the key, and cannot use it.
    """
    log_group_arns = [
        f"arn:{partition}:logs:{region}:{account}:log-group:{name}" for name in log_groups
    ]
    statements = _key_keepers(partition, account, administrators)
    if log_groups:
        statements.append(
            {
                "Sid": "ClusterLogs",
                "Effect": "Allow",
                "Principal": {"Service": f"logs.{region}.amazonaws.com"},
                "Action": [
                    "kms:Decrypt",
                    "kms:Describe*",
                    "kms:Encrypt",
                    "kms:GenerateDataKey*",
                    "kms:ReEncrypt*",
                ],
                "Resource": "*",
                "Condition": {
                    "ArnEquals": {
                        "kms:EncryptionContext:aws:logs:arn": log_group_arns
                        if len(log_group_arns) > 1
                        else log_group_arns[0]
                    },
                },
            }
        )
    return document(*statements)


def own_key(*, partition: str, account: str, administrators: Sequence[str]) -> str:
    """The policy of a key that the account's roles use, as far as their own policies let them.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html

    Args:
        partition: The AWS partition.
        account: The account's id.
        administrators: ARNs of principals that manage the key, and cannot use it.
    """
    return document(*_key_keepers(partition, account, administrators))


def _key_keepers(partition: str, account: str, administrators: Sequence[str]) -> list[Statement]:
    """Who keeps a key: the account, and administrators of its own."""
    statements: list[Statement] = [
        {
            "Sid": "Account",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:{partition}:iam::{account}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
    ]
    if administrators:
        statements.append(
            {
                "Sid": "Administrators",
                "Effect": "Allow",
                "Principal": {"AWS": list(administrators)},
                "Action": [
                    "kms:CancelKeyDeletion",
                    "kms:Create*",
                    "kms:Delete*",
                    "kms:Describe*",
                    "kms:Disable*",
                    "kms:Enable*",
                    "kms:Get*",
                    "kms:List*",
                    "kms:Put*",
                    "kms:Revoke*",
                    "kms:RotateKeyOnDemand",
                    "kms:ScheduleKeyDeletion",
                    "kms:TagResource",
                    "kms:UntagResource",
                    "kms:Update*",
                ],
                "Resource": "*",
            }
        )
    return statements


def flow_logs(log_group_arn: str) -> str:
    """What VPC flow logs need to write to one log group that is there.

    They may not make one, so that none comes back after it was deleted.
    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    """
    return document(
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            "Resource": f"{log_group_arn}:*",
        },
        {"Effect": "Allow", "Action": "logs:DescribeLogGroups", "Resource": "*"},
    )


def cni_of_ipv6(partition: str) -> str:
    """What the VPC CNI needs in an IPv6 cluster, for which AWS manages no policy.

    It gives addresses to network interfaces, and so to nothing else; AWS's page lets it do so to
    everything.
    https://docs.aws.amazon.com/eks/latest/userguide/cni-iam-role.html#cni-iam-role-create-ipv6-policy
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
    """
    return document(
        {
            "Effect": "Allow",
            "Action": [
                "ec2:DescribeInstanceTypes",
                "ec2:DescribeInstances",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeTags",
            ],
            "Resource": "*",
        },
        {
            "Effect": "Allow",
            "Action": ["ec2:AssignIpv6Addresses", "ec2:CreateTags"],
            "Resource": f"arn:{partition}:ec2:*:*:network-interface/*",
        },
    )


def managed(partition: str, name: str) -> str:
    """The ARN of a policy that AWS manages, by its name or path and name."""
    return f"arn:{partition}:iam::aws:policy/{name}"
