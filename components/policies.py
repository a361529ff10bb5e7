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


def service_account_trust(
    *, provider_arn: str, issuer: str, namespace: str, service_account: str
) -> str:
    """The trust policy of a role for exactly one service account of a cluster.

    https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html

    Args:
        provider_arn: The ARN of the cluster's OpenID Connect provider in IAM.
        issuer: The cluster's issuer, without `https://`.
        namespace: The service account's namespace.
        service_account: Its name.
    """
    return document(
        {
            "Effect": "Allow",
            "Principal": {"Federated": provider_arn},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": {
                    f"{issuer}:aud": "sts.amazonaws.com",
                    f"{issuer}:sub": f"system:serviceaccount:{namespace}:{service_account}",
                }
            },
        }
    )


def hybrid_node_trust(
    *, partition: str, region: str, account: str, trust_anchor_arn: str | None
) -> str:
    """The trust policy of the role of nodes outside of AWS.

    Systems Manager takes it on for machines of one account and region, or IAM Roles Anywhere for
    certificates of one trust anchor, as the node that the certificate names.
    https://docs.aws.amazon.com/eks/latest/userguide/hybrid-nodes-creds.html
    """
    if trust_anchor_arn is None:
        return trust(
            "ssm.amazonaws.com",
            condition=of_account(account, f"arn:{partition}:ssm:{region}:{account}:*"),
        )
    principal = {"Service": "rolesanywhere.amazonaws.com"}
    anchor = {"ArnEquals": {"aws:SourceArn": trust_anchor_arn}}
    name = {"StringEquals": {"sts:RoleSessionName": "${aws:PrincipalTag/x509Subject/CN}"}}
    return document(
        {
            "Effect": "Allow",
            "Principal": principal,
            "Action": ["sts:TagSession", "sts:SetSourceIdentity"],
            "Condition": anchor,
        },
        {
            "Effect": "Allow",
            "Principal": principal,
            "Action": "sts:AssumeRole",
            "Condition": {**anchor, **name},
        },
    )


def hybrid_node(*, partition: str, region: str, account: str, cluster: str, ssm: bool) -> str:
    """What nodes outside of AWS may do besides AWS's own policies: look at their own cluster.

    Those of Systems Manager sign off again too, if they came by an activation of this cluster.
    https://docs.aws.amazon.com/eks/latest/userguide/hybrid-nodes-creds.html
    """
    arn = f"arn:{partition}:eks:{region}:{account}:cluster/{cluster}"
    statements: list[Statement] = [
        {
            "Effect": "Allow",
            "Action": ["eks:DescribeCluster", "eks:ListAccessEntries"],
            "Resource": arn,
        }
    ]
    if ssm:
        look: Statement = {
            "Effect": "Allow",
            "Action": "ssm:DescribeInstanceInformation",
            "Resource": "*",
        }
        sign_off: Statement = {
            "Effect": "Allow",
            "Action": "ssm:DeregisterManagedInstance",
            "Resource": f"arn:{partition}:ssm:{region}:{account}:managed-instance/*",
            "Condition": {"StringEquals": {"ssm:resourceTag/EKSClusterARN": arn}},
        }
        statements += [look, sign_off]
    return document(*statements)


def interruption_queue(*, queue_arn: str, partition: str, region: str, account: str) -> str:
    """The policy of the queue that tells Karpenter of interruptions.

    Rules of EventBridge of this account write to it, nobody else, and all of its traffic is
    encrypted.
    https://karpenter.sh/docs/reference/cloudformation/#karpenterinterruptionqueuepolicy
    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    """
    return document(
        {
            "Sid": "Events",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue_arn,
            "Condition": {
                "ArnLike": {"aws:SourceArn": f"arn:{partition}:events:{region}:{account}:rule/*"}
            },
        },
        {
            "Sid": "EncryptedOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sqs:*",
            "Resource": queue_arn,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
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
