"""The provider: its components are programs themselves, so this uses the SDK's server."""

import importlib
import json
import sys
from collections.abc import Mapping
from typing import Any, Final

import pulumi
import pulumi.provider
from pulumi.provider import CallResult, ConstructResult

from rehearsal.providers.eks.awscli import AwsCli
from rehearsal.providers.eks.inputs import require_thin_form
from rehearsal.providers.eks.kubeconfig import kubeconfig, region_of
from rehearsal.providers.lifetime import end_with_engine

RELEASE: Final = "4.4.0"
"""The release of the official provider whose component this is."""

CLUSTER: Final = "eks:index:Cluster"
GET_KUBECONFIG: Final = "eks:index:Cluster/getKubeconfig"


class EksProvider(pulumi.provider.Provider):
    """Constructs clusters.

    Args:
        aws_cli: The `aws` command, which is being asked for its version.
    """

    def __init__(self, aws_cli: AwsCli) -> None:
        super().__init__(RELEASE)
        self._aws_cli = aws_cli

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: Mapping[str, Any],
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        """Make a component."""
        # The SDK for AWS takes a while to load; the engine wants the port before.
        from rehearsal.providers.eks.cluster import Cluster  # noqa: PLC0415

        if resource_type != CLUSTER:
            raise ValueError(
                f"{resource_type} cannot be rehearsed: the stand-in eks provider serves "
                f"{CLUSTER} only."
            )
        self._aws_cli.require()
        require_thin_form(inputs)
        cluster = Cluster(name, inputs, options)
        return ConstructResult(cluster.urn, cluster.outputs)

    def call(self, token: str, args: Mapping[str, Any]) -> CallResult:
        """Answer a method of a component."""
        if token != GET_KUBECONFIG:
            raise ValueError(f"unknown method {token}")
        cluster = args["__self__"].eks_cluster

        def build(parts: list[Any]) -> str:
            name, endpoint, arn, authority, role, profile = parts
            config = kubeconfig(
                name,
                endpoint,
                region_of(arn),
                authority.get("data"),
                role_arn=role,
                profile=profile,
            )
            return json.dumps(config, separators=(",", ":"))

        result = pulumi.Output.all(
            cluster.name,
            cluster.endpoint,
            cluster.arn,
            cluster.certificate_authority,
            args.get("roleArn"),
            args.get("profileName"),
        ).apply(build)
        return CallResult({"result": result})

    def cancel(self) -> None:
        """Stop at once: the resources under way are other providers'."""


def main(aws_cli: AwsCli) -> None:
    """Serve."""
    end_with_engine()
    # A reference to a component can be followed only when the SDK of its package is loaded.
    importlib.import_module("pulumi_eks")
    pulumi.provider.main(EksProvider(aws_cli), sys.argv[1:])
