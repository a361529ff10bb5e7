"""The Pulumi program: an EKS cluster as the stack file describes it."""

import gc
import signal
import sys
from typing import NoReturn

import pulumi
import pulumi_aws as aws

from components.cluster import Cluster
from spec.model import owner_tags
from spec.model.broken import BrokenError
from spec.problems import StackFileError
from spec.stack_file import stack_from_engine

# The engine interrupts a program that is still waiting when another resource has failed. Python
# would answer with a traceback, below which the real error is lost.
signal.signal(signal.SIGINT, signal.SIG_DFL)

# The program lives for seconds, and nearly all that it makes lives as long: looking for garbage
# among it took a third of the time of 50 node groups, and saves 6 MiB.
gc.disable()


def refuse(error: StackFileError) -> NoReturn:
    """Ends the program with a message alone."""
    pulumi.log.error(str(error))
    sys.exit(32)  # the language host's code for "the user has been told": adds no traceback


try:
    stack = stack_from_engine(pulumi.get_stack())
except StackFileError as error:
    refuse(error)

provider = aws.Provider(
    "aws",
    region=stack.cluster.region,
    profile=stack.aws.profile,
    allowed_account_ids=stack.aws.allowed_account_ids,
    default_tags=aws.ProviderDefaultTagsArgs(
        tags={**stack.cluster.all_tags, **owner_tags(pulumi.get_project(), pulumi.get_stack())}
    ),
)
try:
    cluster = Cluster(
        stack.cluster.name, stack.cluster, pulumi.ResourceOptions(providers=[provider])
    )
except BrokenError as error:
    refuse(stack.told(error.broken))
for name, value in cluster.outputs.items():
    pulumi.export(name, value)
