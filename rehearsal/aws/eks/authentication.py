"""Who calls a cluster's Kubernetes API: a token's signer, and what the cluster makes of it.

https://docs.aws.amazon.com/eks/latest/userguide/grant-k8s-access.html
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import yaml
from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError
from moto.sts.models import sts_backends
from moto.utilities.utils import get_partition

from rehearsal.aws.account import ACCOUNT
from rehearsal.aws.eks import roles, tokens
from rehearsal.aws.eks.backend import EKS, find_cluster
from rehearsal.aws.eks.kubernetes.planes import PLANES
from rehearsal.aws.eks.kubernetes.rbac import marker_group
from rehearsal.aws.eks.records import Cluster, Document
from rehearsal.aws.eks.tokens import InvalidTokenError
from rehearsal.kubernetes.control_plane import ADMINISTRATORS
from spec.rehearsal import ACCESS_KEY_ID, SECRET_ACCESS_KEY

INSTANCE_ID = re.compile(r"i-(\w{8}|\w{17})")
# Whom the creator of a cluster without access entries is taken for; no ConfigMap says so.
# https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html
ADMINISTRATOR = "kubernetes-admin"


class NotMappedError(Exception):
    """The cluster does not know the principal."""


@dataclass(frozen=True)
class Identity:
    """What GetCallerIdentity answers, taken apart.

    Attributes:
        account: Its number.
        user_id: The principal's unique id.
        arn: Of user, or session of a role.
        principal: The ARN of user or role, with its path.
        session: The session's name; empty for a user.
        access_key_id: What it has signed with.
    """

    account: str
    user_id: str
    arn: str
    principal: str
    session: str
    access_key_id: str

    @property
    def canonical_arn(self) -> str:
        """The ARN of user or role; a role's path is not in its sessions' names, so not in this."""
        if ":role/" not in self.principal:
            return self.principal
        return f"{self.principal.partition(':role/')[0]}:role/{self.principal.rpartition('/')[2]}"


def token_review(name: str, body: bytes, timeout: str = "") -> Document:
    """Whose a token is, asked and answered as a TokenReview.

    https://kubernetes.io/docs/reference/access-authn-authz/authentication/#webhook-token-authentication

    Args:
        name: uid of the cluster whose API server asks.
        body: the TokenReview, in JSON.
        timeout: after which the API server waits no more; the answer comes at once.

    Raises:
        ValueError: it is none, or there is no such cluster.
    """
    try:
        asked = json.loads(body)
        token = asked["spec"]["token"]
    except (ValueError, KeyError, TypeError):
        raise ValueError("the body is no TokenReview") from None
    if not isinstance(token, str):
        raise ValueError("the body is no TokenReview")  # noqa: TRY004 - the gate answers it
    found = find_cluster(name)
    if found is None:
        raise ValueError(f"there is no cluster {name}")
    eks, cluster = found
    try:
        identity = _identify(eks, cluster, token)
        status: Document = {
            "authenticated": True,
            "user": _user(eks, cluster, identity, PLANES.aws_auth(cluster.uid)),
        }
    except (InvalidTokenError, NotMappedError) as error:
        # EKS too tells the reason in its log alone; what a caller has sent stays in its line.
        why = str(error).encode("unicode_escape").decode()
        print(f"Kubernetes of {cluster.name}: access denied: {why}", file=sys.stderr, flush=True)
        status = {"authenticated": False}
    return {
        "apiVersion": asked.get("apiVersion", "authentication.k8s.io/v1"),
        "kind": "TokenReview",
        "status": status,
    }


def _identify(eks: EKS, cluster: Cluster, text: str) -> Identity:
    """Who has signed a token for a cluster.

    Raises:
        InvalidTokenError: nobody that STS would know.
    """
    token = tokens.read(text, datetime.now(UTC))
    key = token.access_key_id
    sts: Any = sts_backends[ACCOUNT][get_partition(eks.region_name)]
    session = sts.get_assumed_role_from_access_key(key)
    if session:
        if token.session_token != session.session_token:
            raise InvalidTokenError("the session token is not that of the access key")
        if session.expiration < utcnow():
            raise InvalidTokenError("the session has expired")
        if session.account_id == ACCOUNT and roles.find(eks.iam, session.role_arn) is None:
            raise InvalidTokenError(f"there is no role {session.role_arn} any more")
        secret, principal = session.secret_access_key, session.role_arn
    else:
        secret, principal = _secret_of_user(eks, key), None
    token.check_signature(secret, cluster.name)
    user_id, arn, account = sts.get_caller_identity(key, eks.region_name)
    user_id, _, session_name = user_id.partition(":")
    return Identity(account, user_id, arn, principal or arn, session_name, key)


def _secret_of_user(eks: EKS, access_key_id: str) -> str:
    if access_key_id == ACCESS_KEY_ID:
        return SECRET_ACCESS_KEY
    for user in eks.iam.users.values():
        for key in user.access_keys:
            if key.access_key_id == access_key_id:
                if key.status != "Active":
                    raise InvalidTokenError(f"the access key {access_key_id} is {key.status}")
                return key.secret_access_key
    raise InvalidTokenError(f"there is no access key {access_key_id}")


def _user(eks: EKS, cluster: Cluster, identity: Identity, aws_auth: Document | None) -> Document:
    """What a cluster makes of an identity: user and groups of Kubernetes.

    Raises:
        NotMappedError: nothing.
    """
    mode = cluster.document["accessConfig"]["authenticationMode"]
    entry = cluster.access_entries.get(identity.principal) if mode != "CONFIG_MAP" else None
    if entry and entry.principal_id not in {"", identity.user_id}:
        raise NotMappedError(f"{identity.principal} was made anew after its access entry")
    if entry:
        pattern, groups = entry.document["username"], entry.document["kubernetesGroups"]
        marked = [marker_group(entry.document)] if entry.policies else []
    elif "CONFIG_MAP" in mode:
        pattern, groups = _mapped(cluster, identity, aws_auth or {})
        marked = []
    else:
        raise NotMappedError(f"{identity.principal} has no access entry")
    return {
        "username": _rendered(eks, pattern, identity),
        "uid": f"aws-iam-authenticator:{identity.account}:{identity.user_id}",
        "groups": [*(_rendered(eks, group, identity) for group in groups), *marked],
        "extra": {
            "accessKeyId": [identity.access_key_id],
            "arn": [identity.arn],
            "canonicalArn": [identity.canonical_arn],
            "principalId": [identity.user_id],
            "sessionName": [identity.session],
            "sigs.k8s.io/aws-iam-authenticator/principalId": [identity.user_id],
        },
    }


def _mapped(cluster: Cluster, identity: Identity, aws_auth: Document) -> tuple[str, Iterable[str]]:
    """User name and groups by the cluster's ConfigMap aws-auth."""
    for mapping in (*_listed(aws_auth, "mapRoles"), *_listed(aws_auth, "mapUsers")):
        said = {str(key).lower(): value for key, value in mapping.items()}
        arn = said.get("rolearn") or said.get("userarn") or ""
        # https://docs.aws.amazon.com/eks/latest/userguide/troubleshooting_iam.html: no path
        if str(arn).lower() == identity.canonical_arn.lower():
            username = said.get("username") or identity.canonical_arn
            return str(username), [str(group) for group in said.get("groups") or []]
    if identity.account in _listed(aws_auth, "mapAccounts"):
        return identity.canonical_arn, []
    if cluster.creator == identity.principal:
        return ADMINISTRATOR, [ADMINISTRATORS]
    raise NotMappedError(f"{identity.canonical_arn} is not in the ConfigMap aws-auth")


def _listed(aws_auth: Document, key: str) -> Iterator[Any]:
    try:
        # It makes nothing but texts, lists and mappings: an account's number is no octal one.
        found: Any = yaml.load(aws_auth.get(key) or "[]", Loader=yaml.BaseLoader)  # noqa: S506
    except yaml.YAMLError:
        return
    wanted = str if key == "mapAccounts" else Mapping
    yield from (it for it in (found if isinstance(found, list) else []) if isinstance(it, wanted))


def _rendered(eks: EKS, pattern: str, identity: Identity) -> str:
    """A name with what it leaves open filled in.

    https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html

    Raises:
        NotMappedError: it is a node's, and the caller is not.
    """
    if "{{EC2PrivateDNSName}}" in pattern:
        if not INSTANCE_ID.fullmatch(identity.session):
            raise NotMappedError("SessionName did not contain an instance id")
        try:
            name = eks.ec2.get_instance(identity.session).private_dns_name
        except EC2ClientError as error:
            raise NotMappedError(f"no instance {identity.session}: {error.message}") from error
        pattern = pattern.replace("{{EC2PrivateDNSName}}", name)
    return (
        pattern.replace("{{AccountID}}", identity.account)
        .replace("{{SessionNameRaw}}", identity.session)
        .replace("{{SessionName}}", identity.session.replace("@", "-"))
        .replace("{{AccessKeyID}}", identity.access_key_id)
    )
