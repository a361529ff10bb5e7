"""The Pulumi program: an EKS cluster as the stack file describes it."""

import atexit
import contextlib
import gc
import importlib
import signal
import threading

import pulumi
import pulumi_aws as aws

from components.refusal import asking_aws, refuse
from spec.model import owner_tags
from spec.model.broken import BrokenError
from spec.problems import StackFileError
from spec.stack_file import stack_from_engine

# The engine interrupts a program that is still waiting when another resource has failed. Python
# would answer with a traceback, below which the real error is lost.
signal.signal(signal.SIGINT, signal.SIG_DFL)

# The program lives for seconds, and nearly all that it makes lives as long: looking for garbage
# among it took a third of the time of 50 node groups, and at its end half a second more. It saves
# 6 MiB.
gc.disable()
atexit.register(gc.freeze)

# What the program needs beside what it has loaded already, the last for the outputs of
# `pulumi_eks.Cluster`: half a second, which passes while AWS is asked.
LOADED_MEANWHILE = (
    "components.cluster",
    "pulumi_kubernetes.core.v1",
    "pulumi_kubernetes.storage.v1",
)


def load() -> None:
    """Loads what is needed later. What cannot be loaded is told where it is needed."""
    with contextlib.suppress(Exception):
        for module in LOADED_MEANWHILE:
            importlib.import_module(module)


try:
    stack = stack_from_engine(pulumi.get_stack())
except StackFileError as error:
    refuse(str(error))

provider = aws.Provider(
    "aws",
    region=stack.cluster.region,
    profile=stack.aws.profile,
    allowed_account_ids=stack.aws.allowed_account_ids,
    default_tags=aws.ProviderDefaultTagsArgs(
        tags={**stack.cluster.all_tags, **owner_tags(pulumi.get_project(), pulumi.get_stack())}
    ),
)
loading = threading.Thread(target=load, daemon=True)
loading.start()
with asking_aws():
    caller = aws.get_caller_identity(opts=pulumi.InvokeOptions(provider=provider))
loading.join()  # two threads must not load the same

from components.cluster import Cluster  # noqa: E402

try:
    with asking_aws():
        cluster = Cluster(
            stack.cluster.name, stack.cluster, caller, pulumi.ResourceOptions(providers=[provider])
        )
except BrokenError as error:
    refuse(str(stack.told(error.broken)))
for name, value in cluster.outputs.items():
    pulumi.export(name, value)
