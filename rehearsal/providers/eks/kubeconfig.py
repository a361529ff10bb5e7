"""The kubeconfig of a cluster: it holds no secret, `aws eks get-token` gets one when it is used."""

from collections.abc import Mapping
from typing import Any


def kubeconfig(
    name: str,
    endpoint: str,
    region: str,
    certificate_authority: str | None,
    *,
    role_arn: str | None = None,
    profile: str | None = None,
) -> dict[str, Any]:
    """Describe how to reach a cluster.

    Args:
        name: The cluster's name.
        endpoint: Its API server's URL.
        region: Its region.
        certificate_authority: Its certificate authority, in base64; a cluster that is being made
            has none yet.
        role_arn: A role to take on first.
        profile: The AWS profile to use.
    """
    arguments = ["--region", region, "eks", "get-token", "--cluster-name", name, "--output", "json"]
    if role_arn:
        arguments += ["--role", role_arn]
    if profile:
        arguments += ["--profile", profile]
    execute = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "aws",
        "args": arguments,
        "env": [
            {
                "name": "KUBERNETES_EXEC_INFO",
                "value": '{"apiVersion": "client.authentication.k8s.io/v1beta1"}',
            }
        ],
    }
    return {
        "apiVersion": "v1",
        "clusters": [
            {
                "cluster": {
                    "server": endpoint,
                    "certificate-authority-data": certificate_authority,
                },
                "name": "kubernetes",
            }
        ],
        "contexts": [{"context": {"cluster": "kubernetes", "user": "aws"}, "name": "aws"}],
        "current-context": "aws",
        "kind": "Config",
        "users": [{"name": "aws", "user": {"exec": execute}}],
    }


def region_of(arn: str) -> str:
    """The region in an ARN."""
    return arn.split(":")[3]


def credentials(options: Mapping[str, Any] | None) -> dict[str, Any]:
    """What `providerCredentialOpts` says, as arguments of `kubeconfig`."""
    given = options or {}
    return {"role_arn": given.get("roleArn"), "profile": given.get("profileName")}
