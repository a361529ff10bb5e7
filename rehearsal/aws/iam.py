"""IAM: policies that are checked when given, and kept while something is attached to them."""

from typing import Any

import moto.iam.urls
from moto.iam.exceptions import DeleteConflictException
from moto.iam.models import IAMBackend, Role
from moto.iam.policy_validation import IAMTrustPolicyDocumentValidator
from moto.iam.responses import IamResponse

from rehearsal.aws.replacing import urls


class IAM(IAMBackend):
    """IAM of one account."""

    @property
    def _url_module(self) -> Any:
        return urls(moto.iam.urls, IamResponse)

    def create_role(
        self, role_name: str, assume_role_policy_document: str, *args: Any, **kwargs: Any
    ) -> Role:
        """https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html.

        Raises:
            MalformedPolicyDocument: the trust policy is not one.
        """
        IAMTrustPolicyDocumentValidator(assume_role_policy_document).validate()
        return super().create_role(role_name, assume_role_policy_document, *args, **kwargs)

    def delete_policy(self, policy_arn: str) -> None:
        """https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html.

        Raises:
            DeleteConflictException: it is attached, or has versions besides its default.
        """
        policy = self.get_policy(policy_arn)
        if policy.attachment_count:
            raise DeleteConflictException("Cannot delete a policy attached to entities.")
        if len(policy.versions) > 1:
            raise DeleteConflictException(
                "This policy has more than one version. Before you delete a policy, you must "
                "delete the policy's versions. The default version is deleted with the policy."
            )
        super().delete_policy(policy_arn)
