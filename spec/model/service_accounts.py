"""Roles of workloads: what pods of a service account may do in AWS."""

import json
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from spec import facts
from spec.model.addons import Namespace, RoleArn, ServiceAccountName, not_json
from spec.model.base import AsTuple, Check, Model, Unique, matches, maximum, one_of, spelling
from spec.model.broken import Broken, refuse
from spec.model.capabilities import PolicyArn
from spec.problems import did_you_mean, listed, quoted

WorkloadIdentity = Literal["podIdentity", "irsa"]


_ELEMENTS = ("Version", "Id", "Statement")
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html"""


def _document(value: dict[str, Any]) -> dict[str, Any]:
    refuse(_broken_document(value))
    return value


def _broken_document(value: dict[str, Any]) -> Iterator[Broken]:
    yield from not_json(value)
    for key in value:
        if key not in _ELEMENTS:
            guess = did_you_mean(key, _ELEMENTS) or f"; it has {listed(_ELEMENTS)}"
            yield Broken((key,), f"is not of a policy document{guess}", at_key=True)
    if not value.get("Statement"):
        yield Broken(("Statement",), "is missing: a policy document has statements")


class ServiceAccountSpec(Model):
    """A Kubernetes service account whose pods have a role.

    https://docs.aws.amazon.com/eks/latest/userguide/service-accounts.html
    """

    namespace: Namespace
    """Its namespace."""
    service_account: ServiceAccountName
    """Its name."""
    identity: Annotated[WorkloadIdentity, spelling(WorkloadIdentity)] = "podIdentity"
    """`podIdentity`, or `irsa` (needs `iam.oidcProvider`, and the role's ARN in an annotation of
    the service account)."""
    well_known: Annotated[
        tuple[Annotated[str, one_of(facts.workload_policies, "a well-known program")], ...],
        AsTuple,
        Unique,
        Field(examples=[["clusterAutoscaler"]]),
    ] = ()
    """Programs whose policies it gets, e.g. `clusterAutoscaler` or `awsLoadBalancerController`."""
    hosted_zones: Annotated[
        tuple[Annotated[str, matches("a hosted zone's id", "Z[0-9A-Z]+", "Z0123456789ABC")], ...],
        AsTuple,
        Unique,
    ] = ()
    """Hosted zones of Route 53 that `externalDns` and `certManager` may change."""
    policies: Annotated[tuple[PolicyArn, ...], AsTuple, Unique] = ()
    """IAM policies of its role."""
    inline_policies: Annotated[
        dict[
            Annotated[str, matches("a policy's name", r"[A-Za-z0-9_+=,.@-]{1,128}", "read-bucket")],
            Annotated[dict[str, Any], Check(_document)],
        ],
        Field(
            examples=[
                {
                    "read": {
                        "Statement": [
                            {
                                "Effect": "Allow",
                                "Action": "s3:GetObject",
                                "Resource": "arn:aws:s3:::b/*",
                            }
                        ]
                    }
                }
            ]
        ),
    ] = {}
    """Policies of the role's own, as documents, by name."""
    role_arn: RoleArn | None = None
    """A role that is there, in place of one that is made."""

    @model_validator(mode="after")
    def _that_fits_together(self) -> Self:
        refuse(self._broken())
        return self

    @property
    def documents(self) -> dict[str, dict[str, Any]]:
        """The policies of the role's own that the stack file says, by name, with a version."""
        return {
            name: {"Version": "2012-10-17", **document}
            for name, document in self.inline_policies.items()
        }

    def _broken(self) -> Iterator[Broken]:
        most = maximum("role.inline-policies")
        size = len(re.sub(r"\s", "", "".join(map(json.dumps, self.documents.values()))))
        if size > most:
            yield Broken(
                ("inlinePolicies",),
                f"have {size} characters together, spaces not counted; a role takes {most}. Make "
                "policies of them, and name those in policies",
            )
        for name in self.well_known:
            if name in self.inline_policies:
                yield Broken(
                    ("inlinePolicies", name),
                    "is the name of the policy that wellKnown brings; choose another",
                    at_key=True,
                )
        made = {
            "wellKnown": self.well_known,
            "policies": self.policies,
            "inlinePolicies": self.inline_policies,
        }
        if self.role_arn:
            for name, value in made.items():
                if value:
                    yield Broken(
                        (name,), "is of a role that is made; roleArn names one that is there"
                    )
            if self.identity == "irsa":
                yield Broken(("roleArn",), "does not go with irsa: the role itself says who has it")
        elif not any(made.values()):
            yield Broken(
                (), "has no rights: say wellKnown, policies, inlinePolicies, or name a roleArn"
            )
        needing = [it for it in self.well_known if facts.workload_policies()[it].needs]
        if needing and not self.hosted_zones:
            yield Broken(
                ("hostedZones",), f"is missing: {needing[0]} changes those zones and no others"
            )
        if self.hosted_zones and not needing:
            yield Broken(
                ("hostedZones",), f"belong to {quoted('externalDns')} and {quoted('certManager')}"
            )
