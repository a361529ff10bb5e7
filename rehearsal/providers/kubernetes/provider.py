"""The provider `pulumi:providers:kubernetes`, which `eks.Cluster` always makes, and no more."""

from typing import Any, Final

import grpc

from rehearsal.providers import protocol
from rehearsal.providers.protocol import messages

RELEASE: Final = "4.34.2"
"""The release of the official provider that is stood in for."""


@protocol.refuse_unimplemented
class KubernetesProvider(protocol.services.ResourceProviderServicer):
    """Answers the engine: any configuration is fine, any resource is refused."""

    def Handshake(self, _request: Any, _context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Accept the engine."""
        return messages.ProviderHandshakeResponse()

    def GetPluginInfo(self, _request: Any, _context: grpc.ServicerContext) -> Any:  # noqa: N802
        """The release that is stood in for."""
        return protocol.plugin_messages.PluginInfo(version=RELEASE)

    def GetSchema(self, _request: Any, _context: grpc.ServicerContext) -> Any:  # noqa: N802
        """The package's name; programs bring their SDK with them."""
        return messages.GetSchemaResponse(
            schema=f'{{"name": "kubernetes", "version": "{RELEASE}"}}'
        )

    def CheckConfig(self, request: Any, _context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Take the configuration as it is."""
        return messages.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, _context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Another kubeconfig is an update: there are no resources that could mind."""
        old, new = protocol.decode_map(request.olds), protocol.decode_map(request.news)
        changed = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
        return messages.DiffResponse(
            changes=messages.DiffResponse.DIFF_SOME if changed else messages.DiffResponse.DIFF_NONE,
            diffs=changed,
        )

    def Configure(self, _request: Any, _context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Do nothing: no API server is asked."""
        return messages.ConfigureResponse(supportsPreview=True)

    def Cancel(self, _request: Any, _context: grpc.ServicerContext) -> Any:  # noqa: N802
        """There is nothing to call off."""
        return protocol.Empty()

    def Check(self, request: Any, context: grpc.ServicerContext) -> None:  # noqa: N802
        """Refuse."""
        token = request.urn.split("::")[2].rpartition("$")[2]
        _refuse(context, f"the resource {token}")

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> None:  # noqa: N802
        """Refuse."""
        _refuse(context, f"the function {request.tok}")


def _refuse(context: grpc.ServicerContext, what: str) -> None:
    protocol.fail(
        context,
        f"{what} cannot be rehearsed: the stand-in kubernetes provider has no Kubernetes API to "
        "talk to. "
        "A stack that makes a cluster needs none; what runs on the cluster belongs to a stack of "
        "its own.",
    )


def main() -> None:
    """Serve."""
    protocol.serve(KubernetesProvider())
