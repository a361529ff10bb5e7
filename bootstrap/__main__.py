"""The Pulumi program: what a team needs once, before its first stack."""

import sys
from pathlib import Path

import pulumi
import pulumi_aws as aws

# Pulumi runs the program with its own folder in front of everything; the parts are beside it.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bootstrap.roles import Roles, RolesArgs
from bootstrap.state_bucket import StateBucket, StateBucketArgs
from components import policies
from components.key import Key, KeyArgs
from components.refusal import asking_aws, refuse
from spec.bootstrap import from_engine
from spec.model import owner_tags
from spec.problems import StackFileError

try:
    bootstrap = from_engine(pulumi.get_stack())
except StackFileError as error:
    refuse(str(error))

spec = bootstrap.spec
tags = {**spec.tags, "ManagedBy": "pulumi", **owner_tags(pulumi.get_project(), pulumi.get_stack())}
mine = pulumi.ResourceOptions(
    providers=[
        aws.Provider(
            "aws",
            region=spec.region,
            profile=bootstrap.aws.profile,
            allowed_account_ids=bootstrap.aws.allowed_account_ids,
            default_tags=aws.ProviderDefaultTagsArgs(tags=tags),
        )
    ]
)
with asking_aws():
    account = aws.get_caller_identity(
        opts=pulumi.InvokeOptions(provider=mine.providers[0])  # type: ignore[index]
    ).account_id
key = Key(
    spec.name,
    KeyArgs(
        description="State of Pulumi's stacks, and the secrets in it",
        alias=f"alias/{spec.name}-state",
        policy=policies.own_key(
            partition=spec.partition, account=account, administrators=spec.key.administrators
        ),
        spec=spec.key,
        protect=spec.protect,
    ),
    mine,
)
bucket = StateBucket(
    spec.name,
    StateBucketArgs(
        bucket_name=spec.bucket_name(account),
        partition=spec.partition,
        account=account,
        key_arn=key.arn,
        spec=spec.state_bucket,
        protect=spec.protect,
    ),
    mine,
)
roles = Roles(
    spec.name,
    RolesArgs(
        spec=spec,
        partition=spec.partition,
        account=account,
        bucket_arn=bucket.arn,
        key_arn=key.arn,
    ),
    mine,
)
pulumi.export("stateBucket", bucket.name)
pulumi.export("backendUrl", bucket.name.apply(lambda it: f"s3://{it}?region={spec.region}"))
pulumi.export("secretsProvider", key.arn.apply(lambda it: f"awskms:///{it}?region={spec.region}"))
pulumi.export("keyArn", key.arn)
pulumi.export("previewRoleArn", roles.preview_arn)
pulumi.export("deployRoleArn", roles.deploy_arn)
pulumi.export("permissionsBoundary", roles.boundary_arn)
pulumi.export("rolePath", spec.iam.path)
