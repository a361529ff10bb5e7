"""The IAM and KMS policy documents of a cluster, as functions of names and numbers."""

import json


def _document(*statements: dict[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(service: str, *actions: str) -> str:
    """A role's trust policy: one AWS service takes the role on.

    Args:
        service: The service's principal, e.g. `ec2.amazonaws.com`.
        actions: What it may do besides `sts:AssumeRole`.
    """
    return _document(
        {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": ["sts:AssumeRole", *actions],
        }
    )


def cluster_key(*, partition: str, region: str, account: str, log_group: str) -> str:
    """The policy of the key that encrypts a cluster's secrets and logs.

    The account keeps the key in its own hands, so that no change of roles locks it out; EKS gets
    to it through grants that it makes as the deploying principal. CloudWatch Logs may use it for
    the cluster's log group only.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    """
    log_group_arn = f"arn:{partition}:logs:{region}:{account}:log-group:{log_group}"
    return _document(
        {
            "Sid": "Account",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:{partition}:iam::{account}:root"},
            "Action": "kms:*",
            "Resource": "*",
        },
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
                "ArnEquals": {"kms:EncryptionContext:aws:logs:arn": log_group_arn},
            },
        },
    )


def managed(partition: str, name: str) -> str:
    """The ARN of a policy that AWS manages, by its name or path and name."""
    return f"arn:{partition}:iam::aws:policy/{name}"
