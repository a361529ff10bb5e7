"""The bucket that holds the state of all stacks, and the one that says who has read it."""

import dataclasses

import pulumi
import pulumi_aws as aws

from bootstrap import documents
from components.component import Component
from spec.bootstrap import StateBucketSpec

_LOG_PREFIX = "state/"
_UNFINISHED_DAYS = 7


@dataclasses.dataclass(frozen=True, kw_only=True)
class StateBucketArgs:
    """Arguments of `StateBucket`.

    Attributes:
        bucket_name: The bucket's name; the other one's ends with `-logs`.
        partition: The AWS partition.
        account: The account's id.
        key_arn: The key that encrypts the state.
        spec: How long old versions and logs are kept, and who gets in.
        protect: Whether Pulumi refuses to destroy them. If not, they go with all that is in them.
    """

    bucket_name: str
    partition: str
    account: str
    key_arn: pulumi.Input[str]
    spec: StateBucketSpec
    protect: bool


class StateBucket(Component):
    """A bucket that is versioned, encrypted, private and logged.

    Pulumi's own lock files are objects in it, written and deleted at each run; their old versions
    go with the others.
    https://www.pulumi.com/docs/iac/concepts/state-and-backends/#aws-s3
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html

    Attributes:
        name: The bucket's name, once it is as it has to be.
        arn: The bucket's ARN.
    """

    name: pulumi.Output[str]
    arn: str

    def __init__(
        self, name: str, args: StateBucketArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("StateBucket", name, opts)
        self._args = args
        self.arn = f"arn:{args.partition}:s3:::{args.bucket_name}"
        log_name = f"{args.bucket_name}-logs"
        logs = self._bucket(f"{name}-logs", log_name)
        logs_ready = [
            # Where access logs are written, S3 encrypts with keys of its own only.
            # https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
            self._encrypted(f"{name}-logs", logs, None),
            self._expiring(f"{name}-logs", logs, args.spec.log_days),
            self._open_to(
                f"{name}-logs",
                logs,
                documents.log_bucket(
                    bucket=f"arn:{args.partition}:s3:::{log_name}",
                    source=self.arn,
                    account=args.account,
                    prefix=_LOG_PREFIX,
                ),
            ),
        ]
        bucket = self._bucket(name, args.bucket_name)
        ready = [
            self._encrypted(name, bucket, args.key_arn),
            self._expiring(name, bucket, None),
            self._open_to(
                name,
                bucket,
                documents.state_bucket(
                    bucket=self.arn, account=args.account, organization=args.spec.organization
                ),
            ),
            aws.s3.BucketLogging(
                name,
                bucket=bucket.id,
                target_bucket=logs.id,
                target_prefix=_LOG_PREFIX,
                opts=self.child(depends_on=logs_ready),
            ),
        ]
        self.name = pulumi.Output.all(bucket.id, *(it.id for it in ready)).apply(lambda it: it[0])
        self.register_outputs({"name": self.name})

    def _bucket(self, name: str, bucket_name: str) -> aws.s3.Bucket:
        """A bucket of which the account owns every object, and every version of it is kept."""
        protect = self._args.protect
        bucket = aws.s3.Bucket(
            name,
            bucket=bucket_name,
            force_destroy=not protect,
            tags={"Name": bucket_name},
            opts=self.child(also=pulumi.ResourceOptions(protect=protect)),
        )
        aws.s3.BucketOwnershipControls(
            name,
            bucket=bucket.id,
            rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            opts=self.child(),
        )
        aws.s3.BucketVersioning(
            name,
            bucket=bucket.id,
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(
                status="Enabled"
            ),
            opts=self.child(),
        )
        return bucket

    def _open_to(self, name: str, bucket: aws.s3.Bucket, policy: str) -> pulumi.CustomResource:
        """Closes a bucket to the public before it gets its policy."""
        closed = aws.s3.BucketPublicAccessBlock(
            name,
            bucket=bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self.child(),
        )
        return aws.s3.BucketPolicy(
            name, bucket=bucket.id, policy=policy, opts=self.child(depends_on=[closed])
        )

    def _encrypted(
        self, name: str, bucket: aws.s3.Bucket, key_arn: pulumi.Input[str] | None
    ) -> pulumi.CustomResource:
        rule = aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
            apply_server_side_encryption_by_default=(
                aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                    sse_algorithm="aws:kms" if key_arn else "AES256", kms_master_key_id=key_arn
                )
            ),
            # Fewer calls of KMS: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
            bucket_key_enabled=True if key_arn else None,
        )
        return aws.s3.BucketServerSideEncryptionConfiguration(
            name, bucket=bucket.id, rules=[rule], opts=self.child()
        )

    def _expiring(
        self, name: str, bucket: aws.s3.Bucket, days: int | None
    ) -> pulumi.CustomResource:
        """Lets go what is out of date.

        Args:
            name: The logical name.
            bucket: The bucket.
            days: Days after which objects go; None: only what was overwritten or deleted does.
        """
        rule = aws.s3.BucketLifecycleConfigurationRuleArgs(
            id="old",
            status="Enabled",
            filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
            noncurrent_version_expiration=(
                aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                    noncurrent_days=self._args.spec.old_versions_days
                )
            ),
            abort_incomplete_multipart_upload=(
                aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                    days_after_initiation=_UNFINISHED_DAYS
                )
            ),
            expiration=(
                aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=days)
                if days
                else aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(
                    expired_object_delete_marker=True
                )
            ),
        )
        return aws.s3.BucketLifecycleConfiguration(
            name, bucket=bucket.id, rules=[rule], opts=self.child()
        )
