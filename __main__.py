"""The Pulumi program: an EKS cluster as the stack file describes it."""

import signal
import sys

import pulumi
import pulumi_aws as aws

from components.cluster import Cluster
from spec.model import owner_tags
from spec.problems import StackFileError
from spec.stack_file import stack_from_engine

# The engine interrupts a program that is still waiting when another resource has failed. Python
# would answer with a traceback, below which the real error is lost.
signal.signal(signal.SIGINT, signal.SIG_DFL)

try:
    stack = stack_from_engine(pulumi.get_stack())
except StackFileError as error:
    pulumi.log.error(str(error))
    sys.exit(32)  # the language host's code for "the user has been told": adds no traceback

provider = aws.Provider(
    "aws",
    region=stack.cluster.region,
    profile=stack.aws.profile,
    allowed_account_ids=stack.aws.allowed_account_ids,
    default_tags=aws.ProviderDefaultTagsArgs(
        tags={**stack.cluster.tags, **owner_tags(pulumi.get_project(), pulumi.get_stack())}
    ),
)
cluster = Cluster(stack.cluster.name, stack.cluster, pulumi.ResourceOptions(providers=[provider]))
for name, value in cluster.outputs.items():
    pulumi.export(name, value)
