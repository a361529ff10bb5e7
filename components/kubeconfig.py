"""The kubeconfig of a cluster."""

import json
from typing import Any

from spec.model import KubeconfigSpec


def kubeconfig(
    *, name: str, endpoint: str, certificate_authority: str, region: str, spec: KubeconfigSpec
) -> str:
    """How kubectl reaches a cluster, as JSON.

    It holds no secret: `aws eks get-token` signs a token each time. Cluster, user and context have
    the cluster's name, so that kubeconfigs of several clusters can be merged.
    https://docs.aws.amazon.com/eks/latest/userguide/create-kubeconfig.html

    Args:
        name: The EKS cluster's name.
        endpoint: The address of its API.
        certificate_authority: Its certificate authority, in base64.
        region: The AWS region.
        spec: A role and a profile to sign in with.
    """
    arguments = ["--region", region, "eks", "get-token", "--cluster-name", name]
    arguments += ["--output", "json"]
    if spec.role_arn:
        arguments += ["--role-arn", spec.role_arn]
    execute: dict[str, Any] = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "aws",
        "args": arguments,
        "interactiveMode": "IfAvailable",
    }
    if spec.profile:
        execute["env"] = [{"name": "AWS_PROFILE", "value": spec.profile}]
    cluster = {"server": endpoint, "certificate-authority-data": certificate_authority}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": name, "cluster": cluster}],
            "users": [{"name": name, "user": {"exec": execute}}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "current-context": name,
        }
    )
