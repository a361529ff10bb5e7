"""S3 buckets, and what is set on them, each by a resource of its own.

What replaces is the official provider's: hashicorp/terraform-provider-aws internal/service/s3
(bucket.go, bucket_versioning.go and its neighbours), which it bridges; read 2026-12-01. Of a bucket
itself, only what no other resource sets is served.
"""

from collections.abc import Mapping
from typing import Any, Final

from rehearsal.providers.aws.properties import (
    REGION,
    TAGS,
    Property,
    block,
    blocks,
    flag,
    number,
    policy_document,
    text,
)
from rehearsal.providers.aws.resource import (
    Call,
    Read,
    Resource,
    Scope,
    Setting,
    Source,
    Step,
    Tagging,
)
from rehearsal.providers.aws.session import AwsError, Session
from rehearsal.providers.aws.tables.ec2 import tag_list

MISSING: Final = frozenset({"NoSuchBucket", "404"})
# Where LocationConstraint is not said.
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
_FIRST_REGION: Final = "us-east-1"
_PAGE: Final = 1000

_BUCKET: Final = {"Bucket": "bucket"}


def _location(scope: Scope) -> Any:
    region = scope["region"]
    return None if region == _FIRST_REGION else {"LocationConstraint": region}


def _present_tags(session: Session, bucket: str) -> dict[str, str]:
    try:
        answer = session.api("get_bucket_tagging", Bucket=bucket)
    except AwsError as error:
        if error.code == "NoSuchTagSet":
            return {}
        raise
    return {tag["Key"]: tag["Value"] for tag in answer["TagSet"]}


def _put_tags(session: Session, bucket: str, tags: Mapping[str, str]) -> None:
    """S3 takes all tags of a bucket at once."""
    if tags:
        session.api("put_bucket_tagging", Bucket=bucket, Tagging={"TagSet": tag_list(tags)})
    else:
        session.api("delete_bucket_tagging", Bucket=bucket)


def _add_tags(session: Session, scope: Scope) -> None:
    _put_tags(session, scope["id"], {**_present_tags(session, scope["id"]), **scope["tags"]})


def _remove_tags(session: Session, scope: Scope) -> None:
    present = _present_tags(session, scope["id"])
    kept = {key: value for key, value in present.items() if key not in scope["keys"]}
    _put_tags(session, scope["id"], kept)


def _delete_bucket(session: Session, scope: Scope) -> None:
    """Delete a bucket; with `forceDestroy`, after every version of all that is in it."""
    if scope.get("forceDestroy"):
        _empty(session, scope["id"])
    session.run(Call(operation="delete_bucket", parameters={"Bucket": "id"}, ignore=MISSING), scope)


def _empty(session: Session, bucket: str) -> None:
    while True:
        answer = session.api("list_object_versions", Bucket=bucket, MaxKeys=_PAGE)
        found = [*(answer.get("Versions") or []), *(answer.get("DeleteMarkers") or [])]
        if not found:
            return
        objects = [{"Key": it["Key"], "VersionId": it["VersionId"]} for it in found]
        session.api("delete_objects", Bucket=bucket, Delete={"Objects": objects, "Quiet": True})


BUCKET: Final = Resource(
    type="aws:s3/bucket:Bucket",
    title="S3 Bucket",
    service="s3",
    properties={
        "bucket": text(computed=True, replaces=True),
        "forceDestroy": flag(default=False),
        **REGION,
        **TAGS,
    },
    autoname="bucket",
    autoname_longest=63,
    create=Call(
        operation="create_bucket",
        parameters={**_BUCKET, "CreateBucketConfiguration": _location},
    ),
    labelled="bucket",
    identity="bucket",
    read=(
        Read(
            call=Call(operation="head_bucket", parameters={"Bucket": "id"}),
            missing=MISSING,
            outputs={
                "arn": lambda scope: f"arn:{scope['partition']}:s3:::{scope['id']}",
                "bucket": lambda scope: scope["id"],
            },
        ),
    ),
    tagging=Tagging(
        add=_add_tags,
        remove=_remove_tags,
        read=Read(
            call=lambda session, scope: {"Tags": _present_tags(session, scope["id"])},
            outputs={"tags": "Tags"},
        ),
        on_create=True,
    ),
    delete=_delete_bucket,
)


def _setting(
    kind: str,
    title: str,
    properties: Mapping[str, Property],
    *,
    put: Call,
    read: Read,
    delete: Step,
) -> Resource:
    """A row of something that is set on a bucket, and is known by the bucket's name."""
    return Resource(
        type=f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}",
        title=title,
        service="s3",
        properties={
            "bucket": text(required=True, replaces=True),
            **properties,
            **REGION,
        },
        create=put,
        identity="bucket",
        read=(read,),
        settings=(Setting(watches=tuple(properties), call=put),),
        delete=delete,
        parts=lambda resource_id: {"bucket": resource_id},
    )


def _read(
    operation: str, outputs: Mapping[str, Source], *, missing: str = "", item: Source = "@"
) -> Read:
    return Read(
        call=Call(operation=operation, parameters=_BUCKET),
        item=item,
        missing=MISSING | ({missing} if missing else frozenset()),
        outputs=outputs,
    )


def _delete(operation: str) -> Call:
    return Call(operation=operation, parameters=_BUCKET, ignore=MISSING)


VERSIONING: Final = _setting(
    "BucketVersioning",
    "S3 Bucket Versioning",
    {"versioningConfiguration": block({"status": text(required=True)}, required=True)},
    put=Call(
        operation="put_bucket_versioning",
        parameters={
            **_BUCKET,
            "VersioningConfiguration": "{Status: versioningConfiguration.status}",
        },
    ),
    read=_read(
        "get_bucket_versioning",
        {"versioningConfiguration": "{status: Status}"},
        item=lambda answer: answer if answer.get("Status") else None,
    ),
    # Versions cannot be given up, only suspended.
    delete=Call(
        operation="put_bucket_versioning",
        parameters={**_BUCKET, "VersioningConfiguration": "{Status: 'Suspended'}"},
        ignore=MISSING,
    ),
)

_BLOCKS: Final = {
    "blockPublicAcls": "BlockPublicAcls",
    "blockPublicPolicy": "BlockPublicPolicy",
    "ignorePublicAcls": "IgnorePublicAcls",
    "restrictPublicBuckets": "RestrictPublicBuckets",
}


PUBLIC_ACCESS_BLOCK: Final = _setting(
    "BucketPublicAccessBlock",
    "S3 Bucket Public Access Block",
    {name: flag(default=False) for name in _BLOCKS},
    put=Call(
        operation="put_public_access_block",
        parameters={
            **_BUCKET,
            "PublicAccessBlockConfiguration": lambda scope: {
                wire: bool(scope.get(name)) for name, wire in _BLOCKS.items()
            },
        },
    ),
    read=_read(
        "get_public_access_block",
        _BLOCKS,
        missing="NoSuchPublicAccessBlockConfiguration",
        item="PublicAccessBlockConfiguration",
    ),
    delete=_delete("delete_public_access_block"),
)


def _encryption(scope: Scope) -> Any:
    rules = []
    for rule in scope["rules"]:
        default = rule.get("applyServerSideEncryptionByDefault") or {}
        key = {"KMSMasterKeyID": default["kmsMasterKeyId"]} if default.get("kmsMasterKeyId") else {}
        rules.append(
            {
                "ApplyServerSideEncryptionByDefault": {
                    "SSEAlgorithm": default["sseAlgorithm"],
                    **key,
                },
                "BucketKeyEnabled": bool(rule.get("bucketKeyEnabled")),
            }
        )
    return {"Rules": rules}


def _encryption_rules(scope: Scope) -> Any:
    rules = []
    for rule in scope["item"]["Rules"]:
        default = rule["ApplyServerSideEncryptionByDefault"]
        key = {"kmsMasterKeyId": default["KMSMasterKeyID"]} if default.get("KMSMasterKeyID") else {}
        rules.append(
            {
                "applyServerSideEncryptionByDefault": {
                    "sseAlgorithm": default["SSEAlgorithm"],
                    **key,
                },
                "bucketKeyEnabled": bool(rule.get("BucketKeyEnabled")),
            }
        )
    return rules


ENCRYPTION: Final = _setting(
    "BucketServerSideEncryptionConfiguration",
    "S3 Bucket Server Side Encryption Configuration",
    {
        "rules": blocks(
            {
                "applyServerSideEncryptionByDefault": block(
                    {"sseAlgorithm": text(required=True), "kmsMasterKeyId": text()}
                ),
                "bucketKeyEnabled": flag(),
            },
            required=True,
        )
    },
    put=Call(
        operation="put_bucket_encryption",
        parameters={**_BUCKET, "ServerSideEncryptionConfiguration": _encryption},
    ),
    read=_read(
        "get_bucket_encryption",
        {"rules": _encryption_rules},
        missing="ServerSideEncryptionConfigurationNotFoundError",
        item="ServerSideEncryptionConfiguration",
    ),
    delete=_delete("delete_bucket_encryption"),
)


def _lifecycle(scope: Scope) -> Any:
    return {"Rules": [_to_aws(rule) for rule in scope.get("rules") or []]}


def _to_aws(rule: Mapping[str, Any]) -> dict[str, Any]:
    expiration = rule.get("expiration") or {}
    found: dict[str, Any] = {
        "ID": rule["id"],
        "Status": rule["status"],
        "Filter": {"Prefix": (rule.get("filter") or {}).get("prefix") or ""},
    }
    if expiration.get("days"):
        found["Expiration"] = {"Days": expiration["days"]}
    elif expiration.get("expiredObjectDeleteMarker"):
        found["Expiration"] = {"ExpiredObjectDeleteMarker": True}
    if old := rule.get("noncurrentVersionExpiration"):
        found["NoncurrentVersionExpiration"] = {"NoncurrentDays": old["noncurrentDays"]}
    if unfinished := rule.get("abortIncompleteMultipartUpload"):
        days = unfinished["daysAfterInitiation"]
        found["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": days}
    return found


def _from_aws(rule: Mapping[str, Any]) -> dict[str, Any]:
    expiration = rule.get("Expiration") or {}
    found: dict[str, Any] = {
        "id": rule["ID"],
        "status": rule["Status"],
        "filter": {"prefix": (rule.get("Filter") or {}).get("Prefix") or ""},
    }
    if expiration.get("Days"):
        found["expiration"] = {"days": int(expiration["Days"])}
    elif expiration.get("ExpiredObjectDeleteMarker"):
        found["expiration"] = {"expiredObjectDeleteMarker": True}
    if old := rule.get("NoncurrentVersionExpiration"):
        found["noncurrentVersionExpiration"] = {"noncurrentDays": int(old["NoncurrentDays"])}
    if unfinished := rule.get("AbortIncompleteMultipartUpload"):
        days = int(unfinished["DaysAfterInitiation"])
        found["abortIncompleteMultipartUpload"] = {"daysAfterInitiation": days}
    return found


LIFECYCLE: Final = _setting(
    "BucketLifecycleConfiguration",
    "S3 Bucket Lifecycle Configuration",
    {
        "rules": blocks(
            {
                "abortIncompleteMultipartUpload": block({"daysAfterInitiation": number()}),
                "expiration": block({"days": number(), "expiredObjectDeleteMarker": flag()}),
                "filter": block({"prefix": text()}),
                "id": text(required=True),
                "noncurrentVersionExpiration": block({"noncurrentDays": number(required=True)}),
                "status": text(required=True),
            }
        )
    },
    put=Call(
        operation="put_bucket_lifecycle_configuration",
        parameters={**_BUCKET, "LifecycleConfiguration": _lifecycle},
    ),
    read=_read(
        "get_bucket_lifecycle_configuration",
        {"rules": lambda scope: [_from_aws(rule) for rule in scope["item"]["Rules"]]},
        missing="NoSuchLifecycleConfiguration",
    ),
    delete=_delete("delete_bucket_lifecycle"),
)

POLICY: Final = _setting(
    "BucketPolicy",
    "S3 Bucket Policy",
    {"policy": text(required=True, canonical=policy_document)},
    put=Call(operation="put_bucket_policy", parameters={**_BUCKET, "Policy": "policy"}),
    read=_read("get_bucket_policy", {"policy": "Policy"}, missing="NoSuchBucketPolicy"),
    delete=_delete("delete_bucket_policy"),
)

LOGGING: Final = _setting(
    "BucketLogging",
    "S3 Bucket Logging",
    {"targetBucket": text(required=True), "targetPrefix": text(required=True)},
    put=Call(
        operation="put_bucket_logging",
        parameters={
            **_BUCKET,
            "BucketLoggingStatus": (
                "{LoggingEnabled: {TargetBucket: targetBucket, TargetPrefix: targetPrefix}}"
            ),
        },
    ),
    read=_read(
        "get_bucket_logging",
        {"targetBucket": "TargetBucket", "targetPrefix": "TargetPrefix"},
        item="LoggingEnabled",
    ),
    delete=Call(
        operation="put_bucket_logging",
        parameters={**_BUCKET, "BucketLoggingStatus": lambda _: {}},
        ignore=MISSING,
    ),
)

OWNERSHIP: Final = _setting(
    "BucketOwnershipControls",
    "S3 Bucket Ownership Controls",
    {"rule": block({"objectOwnership": text(required=True)}, required=True)},
    put=Call(
        operation="put_bucket_ownership_controls",
        parameters={
            **_BUCKET,
            "OwnershipControls": "{Rules: [{ObjectOwnership: rule.objectOwnership}]}",
        },
    ),
    read=_read(
        "get_bucket_ownership_controls",
        {"rule": "{objectOwnership: Rules[0].ObjectOwnership}"},
        missing="OwnershipControlsNotFoundError",
        item="OwnershipControls",
    ),
    delete=_delete("delete_bucket_ownership_controls"),
)

ROWS: Final = (
    BUCKET,
    VERSIONING,
    PUBLIC_ACCESS_BLOCK,
    ENCRYPTION,
    LIFECYCLE,
    POLICY,
    LOGGING,
    OWNERSHIP,
)
