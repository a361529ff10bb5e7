"""Which rights the pods of an add-on have: by pod identity, by IRSA, or by their node's role."""

from collections.abc import Sequence

from moto.iam.models import Role

from rehearsal.aws import catalog
from rehearsal.aws.eks import permissions, roles
from rehearsal.aws.eks.backend import EKS
from rehearsal.aws.eks.records import Cluster, Document
from rehearsal.aws.eks.rules.pod_identity import PODS, TRUST_ACTIONS

AGENT = "eks-pod-identity-agent"
AGENT_ACTIONS = ("eks-auth:AssumeRoleForPodIdentity",)
# The services that the SDK asks for credentials, which a node has to reach.
WEB_IDENTITY_SERVICE, AGENT_SERVICE = "sts", "eks-auth"


def association_of(cluster: Cluster, namespace: str, account: str | None) -> Document | None:
    """The pod identity association of a service account, if it has one."""
    wanted = {"namespace": namespace, "serviceAccount": account}
    return next((a for a in cluster.pod_identities.values() if wanted.items() <= a.items()), None)


def service(cluster: Cluster, name: str) -> str | None:
    """What an add-on's pods get their credentials from, if not from the node."""
    kind = catalog.addons()[name]
    if association_of(cluster, kind.namespace, kind.service_account):
        return AGENT_SERVICE
    return WEB_IDENTITY_SERVICE if _web_identity(cluster, name) else None


def missing(
    eks: EKS, cluster: Cluster, name: str, actions: Sequence[str], node_role: Role | None
) -> str:
    """What keeps an add-on's pods from what they have to do; empty if nothing does.

    The SDK in the pods takes the first source that is there, and does not go on to the next one if
    that does not work.
    https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html

    Args:
        eks: where the cluster is.
        cluster: whose pods they are.
        name: of the add-on.
        actions: that its pods need, as ``ec2:CreateVolume``.
        node_role: the role of the node that they run on.
    """
    kind = catalog.addons()[name]
    association = association_of(cluster, kind.namespace, kind.service_account)
    web_identity = _web_identity(cluster, name)
    if association:
        return _by_agent(eks, cluster, association["roleArn"], actions, node_role)
    if web_identity:
        return _by_web_identity(eks, cluster, web_identity, actions)
    if node_role is None:
        return "there is no role"
    return _lacking(node_role, actions)


def _web_identity(cluster: Cluster, name: str) -> str | None:
    addon = cluster.addons.get(name)
    return addon.document.get("serviceAccountRoleArn") if addon else None


def _by_agent(
    eks: EKS, cluster: Cluster, arn: str, actions: Sequence[str], node_role: Role | None
) -> str:
    """https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html."""
    agent = cluster.addons.get(AGENT)
    if agent is None or not agent.installed:
        return f"its service account has a role by pod identity, but there is no {AGENT}"
    if node_role is None or permissions.lacks(node_role, AGENT_ACTIONS):
        return f"the node role may not {AGENT_ACTIONS[0]}, which {AGENT} needs"
    role = roles.find(eks.iam, arn)
    if role is None:
        return f"there is no role {arn}"
    if not permissions.trusts(role, "Service", PODS, TRUST_ACTIONS):
        return f"{arn} does not let {PODS} take it"
    return _lacking(role, actions)


def _by_web_identity(eks: EKS, cluster: Cluster, arn: str, actions: Sequence[str]) -> str:
    """https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html."""
    role = roles.find(eks.iam, arn)
    if role is None:
        return f"there is no role {arn}"
    issuer = cluster.document["identity"]["oidc"]["issuer"].removeprefix("https://")
    provider = next((p for p in eks.iam.open_id_providers if p.endswith(issuer)), None)
    if provider is None:
        return f"IAM has no OIDC provider for {issuer}"
    if not permissions.trusts(role, "Federated", provider, ["sts:AssumeRoleWithWebIdentity"]):
        return f"{arn} does not let {provider} take it"
    return _lacking(role, actions)


def _lacking(role: Role, actions: Sequence[str]) -> str:
    lacking = permissions.lacks(role, actions)
    return f"{role.arn} may not {', '.join(lacking)}" if lacking else ""
