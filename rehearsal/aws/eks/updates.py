"""Updates: what a change of a cluster, node group or add-on is tracked by while it is under way."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from moto.core.utils import utcnow

from rehearsal.aws.eks import errors
from rehearsal.aws.eks.backend import EKS
from rehearsal.aws.eks.operations import Request, operation, page
from rehearsal.aws.eks.records import Document, Update


def begin(kind: str, params: Mapping[str, Any], changes: Document | None = None) -> Update:
    """A new update, in progress.

    Args:
        kind: one of the API's update types.
        params: its parameters as the API names them; values that are not text become JSON.
        changes: members of the owner's document that it sets when it is done.
    """
    document: Document = {
        "id": str(uuid.uuid4()),
        "status": "InProgress",
        "type": kind,
        "params": [
            {"type": name, "value": value if isinstance(value, str) else json.dumps(value)}
            for name, value in params.items()
        ],
        "createdAt": utcnow(),
        "errors": [],
    }
    return Update(document, changes or {})


def finish(update: Update, owner: Document) -> None:
    """Carry its changes into the document that it updates."""
    owner.update(update.changes)
    update.document["status"] = "Successful"


def fail(update: Update, problem: Document) -> None:
    """Leave its owner as it was, because of a problem: code, message, resourceIds.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_ErrorDetail.html
    """
    update.document["status"] = "Failed"
    update.document["errors"] = [
        {
            "errorCode": problem["code"],
            "errorMessage": problem["message"],
            "resourceIds": problem["resourceIds"],
        }
    ]


def in_progress(updates: Mapping[str, Update]) -> Update | None:
    """The one that is under way; there is never a second."""
    return next(
        (update for update in updates.values() if update.document["status"] == "InProgress"), None
    )


def id_in_progress(updates: Mapping[str, Update]) -> str | None:
    """The id of the one that is under way."""
    update = in_progress(updates)
    return update.document["id"] if update else None


def _updates_of(eks: EKS, request: Request) -> dict[str, Update]:
    """Those of a node group, add-on or capability if the request names one, else the cluster's own.

    An update of an add-on is not found without the add-on's name: https://github.com/aws/aws-cli/issues/10252.
    """
    if request.get("nodegroupName"):
        return eks.nodegroup(request["name"], request["nodegroupName"]).updates
    if request.get("capabilityName"):
        return eks.capability(request["name"], request["capabilityName"]).updates
    if request.get("addonName"):
        return eks.addon(request["name"], request["addonName"]).updates
    return eks.cluster(request["name"]).updates


@operation
def describe_update(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeUpdate.html."""
    updates = _updates_of(request.eks, request)
    if request["updateId"] not in updates:
        raise errors.no_update(request["updateId"])
    return {"update": updates[request["updateId"]].document}


@operation
def list_updates(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListUpdates.html."""
    return page(request, "updateIds", list(_updates_of(request.eks, request)))
