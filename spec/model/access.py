"""Who may use the cluster, and as what."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal, Self, cast

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from spec import facts
from spec.model.base import (
    AsTuple,
    Described,
    Model,
    Unique,
    arn,
    matches,
    maximum,
    not_reserved,
    one_of,
    said,
    spelling,
    text,
    whole,
    wrong,
)
from spec.model.broken import Broken, refuse
from spec.model.principals import CREATOR, Principal, principal_of
from spec.problems import listed

AuthenticationMode = Literal["API", "API_AND_CONFIG_MAP", "CONFIG_MAP"]

CLUSTER_ADMIN = "AmazonEKSClusterAdminPolicy"
"""The access policy of an administrator of everything.

https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
"""

NOBODY = "nobody"

Admin = Annotated[str, AfterValidator(lambda it: it if it == CREATOR else principal_of(it))]
"""An administrator: the creator, or a principal."""


def _admins(value: Any) -> Any:
    if value == NOBODY:
        return ()
    if not isinstance(value, list | tuple):
        raise wrong(
            f'must be a list of ARNs of IAM roles and users, and "{CREATOR}" for whoever runs the '
            f'first `pulumi up`; or "{NOBODY}"; not {said(value)}'
        )
    if not value:
        raise wrong(
            f'is empty: nobody could administer the cluster; if that is meant, write "{NOBODY}"'
        )
    return tuple(cast("Iterable[Any]", value))


def _policy_name(value: Any) -> Any:
    """Takes an access policy's ARN as its name."""
    if isinstance(value, str):
        return re.sub("^arn:aws[a-z-]*:eks::aws:cluster-access-policy/", "", value)
    return value


def _policy_or_arn() -> Mapping[str, Any]:
    """An access policy in JSON Schema: a name to choose, or an ARN that ends in one."""
    names = list(facts.access_policies())
    arns = {"type": "string", "pattern": whole(f"arn:.*/(?:{'|'.join(names)})")}
    return {"anyOf": [{"enum": names}, arns]}


class AccessPolicySpec(Model):
    """An access policy that a principal has.

    https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
    """

    policy: Annotated[
        str,
        BeforeValidator(_policy_name, json_schema_input_type=str),
        one_of(facts.access_policies, "an EKS access policy"),
        Described(_policy_or_arn),
        Field(examples=["AmazonEKSViewPolicy"]),
    ]
    """Its name or ARN."""
    namespaces: Annotated[
        tuple[Annotated[str, text("a namespace", "access-entry.namespace")], ...],
        AsTuple,
        Unique,
    ] = ()
    """Kubernetes namespaces to which it is limited; `team-*` stands for many. Default: the whole
    cluster."""


class AccessEntrySpec(Model):
    """What one IAM role or user is in the cluster.

    https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
    """

    principal: Principal
    """The IAM role or user."""
    type: Annotated[str, one_of(facts.access_entry_types, "a type of access entry")] = "STANDARD"
    """`STANDARD` for people and programs; another for the role of nodes that EKS does not manage:
    `EC2_LINUX`, `EC2_WINDOWS`, `FARGATE_LINUX`, `HYBRID_LINUX`, `EC2`, `HYPERPOD_LINUX`."""
    kubernetes_groups: Annotated[
        tuple[
            Annotated[
                str, Field(min_length=1), not_reserved("access-entry.reserved-group-prefixes")
            ],
            ...,
        ],
        AsTuple,
        Unique,
    ] = ()
    """Groups that role bindings in the cluster name."""
    username: (
        Annotated[str, Field(min_length=1), not_reserved("access-entry.reserved-prefixes")] | None
    ) = None
    """The name in Kubernetes. Default: made of the ARN by EKS."""
    policies: Annotated[tuple[AccessPolicySpec, ...], AsTuple] = ()
    """Access policies."""

    @model_validator(mode="after")
    def _what_the_type_takes(self) -> Self:
        refuse(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        kind = facts.access_entry_types()[self.type]
        for given, taken, name in (
            (self.kubernetes_groups, kind.takes_groups, "kubernetesGroups"),
            (self.username, kind.takes_username, "username"),
            (self.policies, kind.takes_policies, "policies"),
        ):
            if given and not taken:
                yield Broken((name,), f"cannot be given for an entry of type {self.type}")
        if kind.for_nodes and ":user/" in self.principal:
            yield Broken(
                ("principal",),
                f"{self.principal} is a user; an entry of type {self.type} is for a role of nodes",
            )
        if "/aws-service-role/" in self.principal:
            yield Broken(
                ("principal",),
                f"{self.principal} is a service-linked role, which EKS gives no access entry",
            )
        names = [it.policy for it in self.policies]
        for index, name in enumerate(names):
            if name in names[:index]:
                yield Broken(
                    ("policies", index), f"{name} is here twice; name all namespaces in one"
                )
            allowed = facts.access_policies()[name].for_entry_types
            if kind.takes_policies and self.type not in allowed:
                whose = f"of type {listed(allowed)}" if allowed else "that AWS makes itself"
                yield Broken(("policies", index), f"{name} is for entries {whose}")

    @property
    def is_admin(self) -> bool:
        """Whether the principal may do everything everywhere."""
        return any(it.policy == CLUSTER_ADMIN and not it.namespaces for it in self.policies)


_Prefix = Annotated[str, Field(min_length=1), not_reserved("identity-provider.reserved-prefixes")]


class IdentityProviderSpec(Model):
    """An OpenID Connect provider whose users sign in to the Kubernetes API.

    https://docs.aws.amazon.com/eks/latest/userguide/authenticate-oidc-identity-provider.html
    """

    issuer_url: Annotated[
        str,
        matches(
            "the address of an OpenID Connect issuer, without port and query,",
            r"https://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~/-]*)?",
            "https://login.example.com/realms/main",
        ),
    ]
    """Its address, which EKS reaches over the internet."""
    client_id: Annotated[str, Field(min_length=1)]
    """The audience of its tokens."""
    username_claim: Annotated[str, Field(min_length=1)] | None = None
    """The claim that is the user's name. Default: `sub`."""
    username_prefix: _Prefix | None = None
    """What is put before the user's name."""
    groups_claim: Annotated[str, Field(min_length=1)] | None = None
    """The claim that holds the groups."""
    groups_prefix: _Prefix | None = None
    """What is put before each group's name."""
    required_claims: dict[Annotated[str, Field(min_length=1)], str] = {}
    """Claims that a token must have."""


RoleArn = Annotated[
    str,
    arn("an IAM role's ARN", "iam", r"role/(?:[\x21-\x7e]+/)?[\w+=,.@-]+", "role/Developer"),
]
"""The ARN of an IAM role."""


class KubeconfigSpec(Model):
    """What the `kubeconfig` output takes to sign in."""

    role_arn: Annotated[
        RoleArn | None, Field(examples=["arn:aws:iam::123456789012:role/Developer"])
    ] = None
    """A role that it takes on."""
    profile: Annotated[str, Field(min_length=1)] | None = None
    """A profile of the AWS configuration files that it uses."""


class AccessSpec(Model):
    """Who may use the cluster, and as what.

    https://docs.aws.amazon.com/eks/latest/userguide/grant-k8s-access.html
    """

    admins: Annotated[
        tuple[Admin, ...],
        BeforeValidator(
            _admins,
            json_schema_input_type=Annotated[
                list[Literal["creator"] | Principal], Field(min_length=1)
            ]
            | Literal["nobody"],
        ),
        Unique,
        Field(examples=[["creator"], ["arn:aws:iam::123456789012:role/Platform"]]),
    ]
    """IAM roles and users that may do everything (`AmazonEKSClusterAdminPolicy`). `creator` stands
    for whoever runs the first `pulumi up`, and stays with that principal: do not name it as well.
    `nobody` instead of a list, if that is meant."""
    authentication_mode: Annotated[AuthenticationMode, spelling(AuthenticationMode)] = "API"
    """How IAM principals are known to Kubernetes: access entries (`API`), the `aws-auth` ConfigMap
    (`CONFIG_MAP`), or both. It only goes from CONFIG_MAP to API_AND_CONFIG_MAP to API, one step at
    a time."""
    entries: Annotated[
        dict[Annotated[str, text("an entry's name", "cluster.name")], AccessEntrySpec],
        Field(
            examples=[
                {
                    "developers": {
                        "principal": "arn:aws:iam::123456789012:role/Developer",
                        "policies": [{"policy": "AmazonEKSEditPolicy", "namespaces": ["team-a"]}],
                    }
                }
            ]
        ),
    ] = {}
    """Further principals, by a name of yours."""
    deployers_without_admin: Annotated[tuple[Principal, ...], AsTuple, Unique] = ()
    """Principals that run `pulumi up` and are no administrators of the cluster, which is refused
    unless they are named here."""
    identity_providers: Annotated[
        dict[Annotated[str, text("a name", "cluster.name")], IdentityProviderSpec],
        Field(max_length=maximum("cluster.identity-providers")),
    ] = {}
    """OpenID Connect providers whose users sign in to the Kubernetes API, by their names in EKS."""
    kubeconfig: KubeconfigSpec = KubeconfigSpec()
    """What the `kubeconfig` output takes to sign in."""
