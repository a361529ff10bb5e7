"""A stand-in for Pulumi's engine that records what the program registers.

Unlike `pulumi.runtime.Mocks` it keeps dependencies and full URNs, and answers for the component
`pulumi_eks.Cluster` as its provider does: with the `aws.eks.Cluster` inside it. It proves what the
program asks for; that an engine and AWS accept it is shown by the rehearsals.
"""

import asyncio
import dataclasses
from collections.abc import Callable
from typing import Any

import pulumi
from pulumi.runtime import mocks, rpc
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.stack import run_pulumi_func

from tests.graph import Resource

_EKS_CLUSTER = "aws:eks/cluster:Cluster"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Registered:
    """One registered resource."""

    urn: str
    type: str
    name: str
    parent: str
    provider: str
    inputs: dict[str, Any]
    dependencies: frozenset[str]


class Recorder(mocks.MockMonitor):
    """Records every registration.

    Attributes:
        registered: Everything but the stack, in order.
        invoked: The tokens of all function calls.
    """

    def __init__(self) -> None:
        super().__init__(_Answers())
        self.registered: list[Registered] = []
        self.invoked: list[str] = []

    def of_type(self, type_: str) -> dict[str, Registered]:
        """Registrations of one type, by logical name."""
        return {it.name: it for it in self.registered if it.type == type_}

    def graph(self) -> list[Resource]:
        """The recorded graph."""
        return [
            Resource(
                urn=it.urn,
                parent=it.parent,
                waits_for=it.dependencies | ({it.parent} if it.parent else set()),
            )
            for it in self.registered
        ]

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """The engine's URN: the types of all parents below the stack, then the name."""
        if parent and "::pulumi:pulumi:Stack::" not in parent:
            type_ = f"{parent.split('::')[2]}${type_}"
        return f"urn:pulumi:test::eks-cluster::{type_}::{name}"

    def Invoke(self, request: Any) -> Any:  # noqa: N802
        if request.tok != "pulumi:pulumi:getResource":
            self.invoked.append(request.tok)
        return super().Invoke(request)

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        response = super().RegisterResource(request)
        if request.type == "pulumi:pulumi:Stack":
            return response
        self._record(response.urn, request, request.type, request.name, request.parent)
        if request.type == "eks:index:Cluster":
            reference = self._cluster_inside(response.urn, request)
            response = resource_pb2.RegisterResourceResponse(urn=response.urn)
            response.object.update(
                {
                    "eksCluster": reference,
                    "kubeconfigJson": "{}",
                    "oidcIssuer": "oidc.example.invalid/id/1",
                }
            )
        return response

    def _cluster_inside(self, parent: str, request: Any) -> dict[str, Any]:
        name = f"{request.name}-eksCluster"
        urn = self.make_urn(parent, _EKS_CLUSTER, name)
        state = {
            "arn": "arn:aws:eks:ap-northeast-2:123456789012:cluster/test",
            "endpoint": "https://127.0.0.1:1",
            "name": request.object["name"],
            "version": request.object["version"],
        }
        self.resources[urn] = mocks.MockMonitor.ResourceRegistration(urn, state["name"], state)
        self._record(urn, request, _EKS_CLUSTER, name, parent, own=False)
        return {
            rpc._special_sig_key: rpc._special_resource_sig,
            "urn": urn,
            "id": state["name"],
        }

    def _record(
        self, urn: str, request: Any, type_: str, name: str, parent: str, *, own: bool = True
    ) -> None:
        dependencies = set(request.dependencies) if own else set()
        for property_dependencies in request.propertyDependencies.values() if own else ():
            dependencies.update(property_dependencies.urns)
        self.registered.append(
            Registered(
                urn=urn,
                type=type_,
                name=name,
                parent=parent if "::pulumi:pulumi:Stack::" not in parent else "",
                provider=request.provider,
                inputs=rpc.deserialize_properties(request.object) if own else {},
                dependencies=frozenset(dependencies),
            )
        )


class _Answers(mocks.Mocks):
    def call(self, args: mocks.MockCallArgs) -> Any:
        return {"aws:index/getCallerIdentity:getCallerIdentity": {"accountId": "123456789012"}}[
            args.token
        ]

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        return f"{args.name}-id", {
            "arn": f"arn:aws:test:::{args.name}",
            "latestVersion": 1,
            **args.inputs,
        }


def record(program: Callable[[], object], *, preview: bool = False) -> Recorder:
    """Runs a program and returns what it registered."""
    asyncio.set_event_loop(asyncio.new_event_loop())
    recorder = Recorder()
    pulumi.runtime.set_mocks(
        _Answers(), project="eks-cluster", stack="test", preview=preview, monitor=recorder
    )

    async def run() -> None:
        program()

    asyncio.get_event_loop().run_until_complete(run_pulumi_func(program))
    return recorder
