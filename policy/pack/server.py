"""Answers the engine, which starts it and asks it about each resource, and about all at the end."""

import contextlib
import dataclasses
import datetime
import os
import signal
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import analyzer_pb2 as messages
from pulumi.runtime.proto import analyzer_pb2_grpc, plugin_pb2

from policy import RULES, Finding, Resource, Resources, Rule, Severity
from policy.pack.resources import provider_of, references, registered
from policy.tables import settings
from policy.waivers import Waiver, read, ruling
from spec import facts

NAME = "eks-cluster"
_CONFIGURATION = "cluster:policy"
_MOST_BYTES = 400 << 20  # of a message, as everywhere between Pulumi's programs
_SEVERITIES = {
    Severity.LOW: messages.POLICY_SEVERITY_LOW,
    Severity.MEDIUM: messages.POLICY_SEVERITY_MEDIUM,
    Severity.HIGH: messages.POLICY_SEVERITY_HIGH,
    Severity.CRITICAL: messages.POLICY_SEVERITY_CRITICAL,
}


def serve() -> None:
    """Says on which port it listens, and answers until the engine ends it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # else the engine waits 5 s for it to end
    threading.Thread(target=_outlive, args=(os.getppid(),), daemon=True).start()
    server = grpc.server(
        ThreadPoolExecutor(4), options=[("grpc.max_receive_message_length", _MOST_BYTES)]
    )
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Analyzer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    server.wait_for_termination()


def _outlive(engine: int) -> None:
    """Ends this process once the one that started it is gone."""
    while os.getppid() == engine:
        time.sleep(1)
    os._exit(0)


class Analyzer(analyzer_pb2_grpc.AnalyzerServicer):
    """The rules, for one run of the engine.

    Of a resource alone, and its provider, a rule judges when the engine is about to make or change
    it, so that what is refused is not made. What lies between resources it judges at the end.
    """

    def __init__(self) -> None:
        self._waivers: tuple[Waiver, ...] = ()
        self._registered: dict[str, Resource] = {}

    def Handshake(self, request: Any, context: Any) -> messages.AnalyzerHandshakeResponse:  # noqa: N802
        """Takes note of the engine."""
        return messages.AnalyzerHandshakeResponse()

    def ConfigureStack(  # noqa: N802
        self, request: messages.AnalyzerStackConfigureRequest, context: Any
    ) -> messages.AnalyzerStackConfigureResponse:
        """Takes the waivers of the stack.

        What is no list of waivers excuses nothing. The program refuses it, in better words: it runs
        after this.
        """
        if said := request.config.get(_CONFIGURATION):
            with contextlib.suppress(Exception):
                self._waivers = read(said)
        return messages.AnalyzerStackConfigureResponse()

    def GetAnalyzerInfo(self, request: Any, context: Any) -> messages.AnalyzerInfo:  # noqa: N802
        """Says what the rules are."""
        return messages.AnalyzerInfo(
            name=NAME, displayName=NAME, policies=[_about(rule) for rule in RULES]
        )

    def GetPluginInfo(self, request: Any, context: Any) -> plugin_pb2.PluginInfo:  # noqa: N802
        """Says nothing: the version is in `PulumiPolicy.yaml`."""
        return plugin_pb2.PluginInfo()

    def Analyze(self, request: messages.AnalyzeRequest, context: Any) -> messages.AnalyzeResponse:  # noqa: N802
        """Judges one resource before it is made or changed."""
        resource = registered(request)
        self._registered[resource.urn] = resource
        rules = [it for it in RULES if not it.of_stack]
        return self._response(rules, [resource], Resources([resource, provider_of(request)]))

    def AnalyzeStack(  # noqa: N802
        self, request: messages.AnalyzeStackRequest, context: Any
    ) -> messages.AnalyzeResponse:
        """Judges what lies between resources. What they were asked to be counts, where known."""
        resources = [
            dataclasses.replace(
                self._registered.get(it.urn) or registered(it), references=references(it)
            )
            for it in request.resources
        ]
        rules = [it for it in RULES if it.of_stack]
        return self._response(rules, resources, Resources(resources))

    def Remediate(self, request: Any, context: Any) -> messages.RemediateResponse:  # noqa: N802
        """Changes nothing."""
        return messages.RemediateResponse()

    def Cancel(self, request: Any, context: Any) -> Empty:  # noqa: N802
        """Has nothing to stop."""
        return Empty()

    def _response(
        self, rules: Iterable[Rule], resources: Iterable[Resource], among: Resources
    ) -> messages.AnalyzeResponse:
        response = messages.AnalyzeResponse()
        for resource in resources:
            for rule in rules:
                if not rule.looks_at(resource):
                    continue
                verdict = rule.judge(resource, among)
                for fault in verdict.faults:
                    finding = Finding(rule=rule, resource=resource, fault=fault)
                    response.diagnostics.append(self._diagnostic(finding))
                if not verdict.faults and not verdict.is_final:
                    response.not_applicable.add(
                        policy_name=rule.id, reason="a value of the resource is not known yet"
                    )
        return response

    def _diagnostic(self, finding: Finding) -> messages.AnalyzeDiagnostic:
        today = datetime.datetime.now(tz=datetime.UTC).date()
        of = ruling(finding, self._waivers, today)
        lines = [finding.rule.demand, finding.fault, _hint(finding.rule), of.note]
        return messages.AnalyzeDiagnostic(
            policyName=finding.rule.id,
            policyPackName=NAME,
            description=finding.rule.demand,
            message="\n".join(line for line in lines if line),
            enforcementLevel=messages.MANDATORY if of.is_mandatory else messages.ADVISORY,
            urn=finding.resource.urn,
            severity=_SEVERITIES[finding.rule.severity],
        )


def _about(rule: Rule) -> messages.PolicyInfo:
    is_mandatory = facts.guardrails()[rule.id].is_mandatory
    return messages.PolicyInfo(
        name=rule.id,
        description=rule.demand,
        enforcementLevel=messages.MANDATORY if is_mandatory else messages.ADVISORY,
        policy_type=messages.POLICY_TYPE_STACK if rule.of_stack else messages.POLICY_TYPE_RESOURCE,
        severity=_SEVERITIES[rule.severity],
        remediation_steps=_hint(rule),
    )


def _hint(rule: Rule) -> str:
    return f"Stack file: {settings()[rule.id].setting}"
