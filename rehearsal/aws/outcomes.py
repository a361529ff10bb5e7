"""What is made, and ends otherwise than it was asked for, because a fault says so.

The change that would have ended the making is replaced by one that ends it badly. That one is due
at the same time, and is saved like any other.
"""

from dataclasses import replace
from typing import Any

from rehearsal.aws.calls import Call
from rehearsal.aws.clock import TIMELINE, Transition
from rehearsal.aws.eks.backend import eks_of
from spec.faults import Fault

KIND = "fault.ends"
# Operation -> the change that ends it well, and the parameters that name what it makes.
ENDINGS = {
    "CreateCluster": ("eks.cluster.created", ("name",)),
    "CreateNodegroup": ("eks.nodegroup.created", ("clusterName", "nodegroupName")),
    "CreateAddon": ("eks.addon.created", ("clusterName", "addonName")),
}


def let_end(fault: Fault, call: Call) -> None:
    """Let what a call has begun to make end as a fault says.

    Raises:
        LookupError: nothing is being made.
    """
    kind, parameters = ENDINGS[call.operation]
    names = tuple(str(call.parameters[parameter]) for parameter in parameters)
    status = "DEGRADED" if fault.action == "degraded" else "CREATE_FAILED"
    words = (status, fault.ailment.code, fault.ailment.message)

    def changed(due: Transition) -> Transition | None:
        is_it = (
            due.kind == kind and due.region == call.region and due.subject[: len(names)] == names
        )
        if not is_it:
            return None
        return replace(due, kind=KIND, subject=(call.operation, *words, *names))

    if not TIMELINE.change(changed):
        raise LookupError(f"{call} began to make nothing that is still to come: {names}")


@TIMELINE.carries_out(KIND)
def _end(region: str, operation: str, status: str, code: str, message: str, *names: str) -> None:
    cluster = eks_of(region).clusters.get(names[0])
    made: Any = cluster
    if cluster and operation != "CreateCluster":
        children: Any = cluster.addons if operation == "CreateAddon" else cluster.nodegroups
        made = children.get(names[1])
    # https://docs.aws.amazon.com/eks/latest/APIReference/API_Cluster.html has another word for it.
    if made and made.document["status"] == "CREATING":
        made.document.update(
            status="FAILED" if made is cluster else status,
            health={"issues": [{"code": code, "message": message, "resourceIds": [names[-1]]}]},
        )
