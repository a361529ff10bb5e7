"""S3: bucket policies are judged as a whole, with their conditions.

moto looks at their actions and resources alone, and so a policy that denies whatever does not come
over TLS would deny everything. Who may do what is judged before a call reaches it, in
`rehearsal.aws.permissions.authorization`.
"""

import json
from typing import Any

from moto.iam.access_control import PermissionResult

from rehearsal.aws.account import ACCOUNT
from rehearsal.aws.permissions.evaluation import Effect, Request, decide

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
LOGGING = "logging.s3.amazonaws.com"


def leaves_it_to_iam(_bucket: Any, _action: str, _resource: str) -> PermissionResult:
    """What moto asks a bucket for at each read."""
    return PermissionResult.NEUTRAL


def has_nothing_to_dispose_of(_marker: Any) -> None:
    """What moto asks of a delete marker that is deleted, as of a version, and that it lacks."""


def takes_logs(target_bucket: Any, target_prefix: str | None) -> bool:
    """Whether a bucket's policy lets S3 write the access logs of another one."""
    if not target_bucket.policy:
        return False
    request = Request(
        action="s3:PutObject",
        resource=f"arn:{target_bucket.partition}:s3:::{target_bucket.name}/{target_prefix or ''}x",
        context={"aws:SourceAccount": ACCOUNT, "aws:SecureTransport": "true"},
        principals=[("Service", LOGGING)],
    )
    return decide(json.loads(target_bucket.policy), request) is Effect.ALLOW
