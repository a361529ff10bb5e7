"""Answers the engine: everything is right as it is, and is made at once."""

from rehearsal.providers import protocol
from rehearsal.providers.protocol import messages


class AnyAws(protocol.services.ResourceProviderServicer):
    def GetPluginInfo(self, request, context):  # noqa: N802
        return protocol.plugin_messages.PluginInfo(version="7.51.1")

    def CheckConfig(self, request, context):  # noqa: N802
        return messages.CheckResponse(inputs=request.news)

    def DiffConfig(self, request, context):  # noqa: N802
        return messages.DiffResponse()

    def Configure(self, request, context):  # noqa: N802
        return messages.ConfigureResponse(supportsPreview=False)

    def Check(self, request, context):  # noqa: N802
        return messages.CheckResponse(inputs=request.news)

    def Diff(self, request, context):  # noqa: N802
        return messages.DiffResponse()

    def Create(self, request, context):  # noqa: N802
        return messages.CreateResponse(id="made", properties=request.properties)

    def Delete(self, request, context):  # noqa: N802
        return protocol.Empty()


def main() -> None:
    protocol.serve(AnyAws())
