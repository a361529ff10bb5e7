"""IAM: names and policies are checked when given; services make roles for themselves."""

import hashlib
import json
from typing import Any

import moto.iam.urls
from moto.core.responses import ActionResult, EmptyResult
from moto.iam.models import (
    IAMBackend,
    InstanceProfile,
    ManagedPolicy,
    OpenIDConnectProvider,
    Role,
)
from moto.iam.policy_validation import IAMTrustPolicyDocumentValidator
from moto.iam.responses import IamResponse

from rehearsal.aws.iam import rules
from rehearsal.aws.replacing import urls
from rehearsal.aws.sts import USER_NAME
from spec import facts


class IAM(IAMBackend):
    """IAM of one account."""

    @property
    def _url_module(self) -> Any:
        return urls(moto.iam.urls, IAMAnswers)

    def create_role(
        self,
        role_name: str,
        assume_role_policy_document: str,
        path: str,
        permissions_boundary: str | None,
        *args: Any,
        **kwargs: Any,
    ) -> Role:
        """https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html."""
        rules.name_is_short("roleName", role_name)
        self._check_trust(assume_role_policy_document)
        if permissions_boundary:
            rules.boundary_exists(permissions_boundary, set(self.managed_policies))
        return super().create_role(
            role_name, assume_role_policy_document, path, permissions_boundary, *args, **kwargs
        )

    def put_role_permissions_boundary(self, role_name: str, permissions_boundary: str) -> None:
        """https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html."""
        self._own_role(role_name)
        rules.boundary_exists(permissions_boundary, set(self.managed_policies))
        super().put_role_permissions_boundary(role_name, permissions_boundary)

    def update_assume_role_policy(self, role_name: str, policy_document: str) -> None:
        """https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html."""
        self._own_role(role_name)
        self._check_trust(policy_document)
        super().update_assume_role_policy(role_name, policy_document)

    def delete_role(self, role_name: str) -> None:
        """https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html."""
        self._own_role(role_name)
        super().delete_role(role_name)

    def create_policy(
        self, description: str, path: str, policy_document: str, policy_name: str, tags: Any
    ) -> ManagedPolicy:
        """https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html."""
        rules.name_is_short("policyName", policy_name)
        rules.policy_is_small("PolicySize", "iam.policy", policy_document)
        return super().create_policy(description, path, policy_document, policy_name, tags)

    def delete_policy(self, policy_arn: str) -> None:
        """https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html."""
        policy = self.get_policy(policy_arn)
        rules.is_attached_to_nothing(policy.attachment_count)
        rules.has_one_version(len(policy.versions))
        super().delete_policy(policy_arn)

    def attach_role_policy(self, policy_arn: str, role_name: str) -> None:
        """https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html."""
        role = self._own_role(role_name)
        if policy_arn not in role.managed_policies:
            rules.has_room_for_a_policy(len(role.managed_policies))
        super().attach_role_policy(policy_arn, role_name)

    def create_instance_profile(
        self, name: str, path: str, role_names: list[str], tags: Any = None
    ) -> InstanceProfile:
        """https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html."""
        rules.name_is_short("instanceProfileName", name)
        return super().create_instance_profile(name, path, role_names, tags)

    def create_open_id_connect_provider(
        self, url: str, thumbprint_list: list[str], client_id_list: list[str], tags: Any
    ) -> OpenIDConnectProvider:
        """https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html.

        Without a thumbprint IAM looks up that of the provider's certificate; here one is made up.
        """
        if not thumbprint_list:
            thumbprint_list = [hashlib.sha1(url.encode(), usedforsecurity=False).hexdigest()]
        return super().create_open_id_connect_provider(url, thumbprint_list, client_id_list, tags)

    def delete_open_id_connect_provider(self, arn: str) -> None:
        """https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteOpenIDConnectProvider.html."""
        rules.oidc_provider_exists(arn, set(self.open_id_providers))
        super().delete_open_id_connect_provider(arn)

    def set_client_id(self, arn: str, client: str, *, there: bool) -> None:
        """Let an OpenID Connect provider have one client more, or one less."""
        rules.oidc_provider_exists(arn, set(self.open_id_providers))
        clients = self.open_id_providers[arn].client_id_list
        others = [it for it in clients if it != client]
        self.open_id_providers[arn].client_id_list = [*others, *([client] if there else [])]

    # --- service-linked roles ---

    def create_service_linked_role(
        self, service_name: str, description: str, suffix: str | None
    ) -> Role:
        """https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html."""
        known = facts.service_linked_roles().get(service_name)
        if known is None:
            return super().create_service_linked_role(service_name, description, suffix or "")
        name = f"{known}_{suffix}" if suffix else known
        rules.service_role_is_new(name, {role.name for role in self.get_roles()})
        return self._link(service_name, name, description)

    def use_service(self, service: str) -> None:
        """A service is used: the role that is linked to it is there from now on."""
        name = facts.service_linked_roles()[service]
        if name not in {role.name for role in self.get_roles()}:
            self._link(service, name, "")

    def delete_service_linked_role(self, role_name: str) -> str:
        """https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceLinkedRole.html."""
        role = self.get_role(role_name)
        del self.roles[role.id]
        return f"task{role.path}{role_name}/{role.id}"

    def _link(self, service: str, name: str, description: str) -> Role:
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
            ],
        }
        return super().create_role(
            name,
            json.dumps(trust),
            f"{rules.SERVICE_LINKED}{service}/",
            permissions_boundary=None,
            description=description,
            tags=[],
            max_session_duration="3600",
            linked_service=service,
        )

    def _own_role(self, name: str) -> Role:
        role = self.get_role(name)
        rules.is_the_accounts_own(role.name, role.path)
        return role

    def _check_trust(self, document: str) -> None:
        IAMTrustPolicyDocumentValidator(document).validate()
        rules.policy_is_small("ACLSizePerRole", "iam.trust-policy", document)
        arns = {
            *(role.arn for role in self.get_roles()),
            *(user.arn for user in self.users.values()),
            f"arn:{self.partition}:iam::{self.account_id}:user/{USER_NAME}",
        }
        rules.principals_exist(json.loads(document), self.account_id, arns)


class IAMAnswers(IamResponse):
    """moto's answers, and those about the clients of OpenID Connect providers."""

    def add_client_id_to_open_id_connect_provider(self) -> ActionResult:
        """https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddClientIDToOpenIDConnectProvider.html."""
        return self._set_client_id(there=True)

    def remove_client_id_from_open_id_connect_provider(self) -> ActionResult:
        """https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveClientIDFromOpenIDConnectProvider.html."""
        return self._set_client_id(there=False)

    def _set_client_id(self, *, there: bool) -> ActionResult:
        iam: Any = self.backend
        provider, client = self._get_param("OpenIDConnectProviderArn"), self._get_param("ClientID")
        iam.set_client_id(provider, client, there=there)
        return EmptyResult()
