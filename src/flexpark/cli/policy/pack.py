# ruff: noqa: N802, ARG002 - the names and signatures are those of Pulumi's Analyzer

"""The executable `pulumi-analyzer-policy-flexpark`: our policies inside the engine, for plain `pulumi` commands.

Serves Pulumi's `Analyzer` (pulumi/pulumi, proto/pulumi/analyzer.proto) on a free loopback port. The engine shows it
each resource that a program declares, before anything is done to it. With the first one come the policies on the
environment and its bundle, which are made from the configuration that the engine hands out.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import analyzer_pb2 as messages
from pulumi.runtime.proto import analyzer_pb2_grpc, plugin_pb2

from flexpark import environment_from_config, render_bundle
from flexpark.cli.policy.circumstances import circumstances
from flexpark.errors import FlexparkError
from flexpark.plan import Resource
from flexpark.policies import POLICIES, Circumstances, Level, Violation, judge_bundle, judge_resource

NAME, VERSION = "flexpark", "0.1.0"
LEVELS: Mapping[Level, messages.EnforcementLevel.ValueType] = {
    "mandatory": messages.MANDATORY,
    "advisory": messages.ADVISORY,
}
LARGEST = 400 << 20  # bytes; as the engine's own limit
LOOK_SECONDS = 0.5


class Pack(analyzer_pb2_grpc.AnalyzerServicer):
    """One policy pack for one stack."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._circumstances = Circumstances()
        self._of_bundle: list[Violation] = []
        self._lock = threading.Lock()

    def Handshake(self, request: messages.AnalyzerHandshakeRequest, context: grpc.ServicerContext) -> Any:
        """Nothing to agree on."""
        return messages.AnalyzerHandshakeResponse()

    def ConfigureStack(self, request: messages.AnalyzerStackConfigureRequest, context: grpc.ServicerContext) -> Any:
        """Judge the environment. What is wrong with its file is the program's to say."""
        try:
            environment = environment_from_config(
                dict(request.config), self._root, secret_keys=set(request.config_secret_keys), name=request.stack
            )
            bundle = render_bundle(environment, self._root)
        except FlexparkError:
            return messages.AnalyzerStackConfigureResponse()
        secrets = [request.config[key] for key in request.config_secret_keys if key in request.config]
        self._circumstances = circumstances(environment, os.environ, secrets=secrets)
        self._of_bundle = judge_bundle(environment, bundle, self._circumstances)
        return messages.AnalyzerStackConfigureResponse()

    def Analyze(self, request: messages.AnalyzeRequest, context: grpc.ServicerContext) -> Any:
        """Judge one declared resource, and with the first one the bundle."""
        properties = _plain(json_format.MessageToDict(request.properties))
        resource = Resource(request.urn, request.type, properties, request.options.protect)
        with self._lock:
            found, self._of_bundle = self._of_bundle, []
        return messages.AnalyzeResponse(
            diagnostics=_diagnostics([*found, *judge_resource(resource, self._circumstances)], request.urn)
        )

    def AnalyzeStack(self, request: messages.AnalyzeStackRequest, context: grpc.ServicerContext) -> Any:
        """Nothing more: at an update this comes when everything is done."""
        return messages.AnalyzeResponse()

    def Remediate(self, request: messages.AnalyzeRequest, context: grpc.ServicerContext) -> Any:
        """Nothing: policies change no resource."""
        return messages.RemediateResponse()

    def GetAnalyzerInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> Any:
        """The table of policies."""
        policies = [
            messages.PolicyInfo(
                name=policy.name,
                displayName=policy.name,
                description=policy.description,
                remediation_steps=policy.remedy,
                enforcementLevel=LEVELS[policy.level],
            )
            for policy in POLICIES
        ]
        return messages.AnalyzerInfo(name=NAME, displayName=NAME, version=VERSION, policies=policies)

    def GetPluginInfo(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> Any:
        """Our version."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def Configure(self, request: messages.ConfigureAnalyzerRequest, context: grpc.ServicerContext) -> Any:
        """Nothing: our policies have no settings."""
        return empty_pb2.Empty()

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> Any:
        """Nothing is under way that would take long."""
        return empty_pb2.Empty()


def _diagnostics(violations: list[Violation], urn: str) -> Iterator[messages.AnalyzeDiagnostic]:
    for violation in violations:
        yield messages.AnalyzeDiagnostic(
            policyName=violation.policy,
            policyPackName=NAME,
            policyPackVersion=VERSION,
            message=f"{violation.where}: {violation.what}; {violation.remedy}",
            enforcementLevel=LEVELS[violation.level],
            urn=urn,
        )


def _plain(value: Any) -> Any:
    """A property without the engine's wrapping of secrets; assets stay mappings with their `text`."""
    if isinstance(value, dict):
        if "value" in value and value.get(_SIGNATURE) == _SECRET:
            return _plain(value["value"])
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value


# pulumi/pulumi, sdk/go/common/resource/sig: what marks a special value, and the mark of a secret.
_SIGNATURE, _SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"


def main() -> None:
    """Serve until the engine is gone. It starts us in the pack's folder, which lies in the project's."""
    options = [("grpc.max_receive_message_length", LARGEST), ("grpc.max_send_message_length", LARGEST)]
    server = grpc.server(ThreadPoolExecutor(max_workers=8), options=options)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Pack(Path.cwd().parent), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    for name in (signal.SIGTERM, signal.SIGINT):  # the engine's way to end us
        signal.signal(name, lambda *_: os._exit(0))
    engine = os.getppid()
    while os.getppid() == engine:
        time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    main()
