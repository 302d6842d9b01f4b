# ruff: noqa: N802, PLC0415 - RPC names are the protocol's; what a preview does not need is imported late

"""The protocol: each RPC decoded, given to the code that knows, its answer encoded, its error told cleanly.

Sessions are found by the peer of the connection, made at Configure; a peer that never configured is refused. The one
exception is a process of a single engine: its connection may end (grpc-go drops one that was idle for 30 minutes) and
come back as another peer.
"""

import os
import threading
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from twilio_provider import config
from twilio_provider.catalogue.load import load
from twilio_provider.catalogue.model import Catalogue, ResourceType
from twilio_provider.check import check
from twilio_provider.diff import Change, diff, stable_outputs
from twilio_provider.faults import HalfMade, fault
from twilio_provider.session import Session
from twilio_provider.values import decode, encode, plain, secret_texts

VERSION = "0.1.0"
_KINDS = {
    ("add", False): provider_pb2.PropertyDiff.ADD,
    ("add", True): provider_pb2.PropertyDiff.ADD_REPLACE,
    ("update", False): provider_pb2.PropertyDiff.UPDATE,
    ("update", True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
    ("delete", False): provider_pb2.PropertyDiff.DELETE,
    ("delete", True): provider_pb2.PropertyDiff.DELETE_REPLACE,
}


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Serves any number of engines at once; each connection has its own session and account.

    ``private``: the process was started by an engine for one provider of its own, so that whoever reconnects is that
    engine. A second Configure ends that.
    """

    def __init__(self, environment: dict[str, str] | None = None, *, private: bool = False) -> None:
        self._private = private
        self._environment = dict(os.environ) if environment is None else environment
        self._sessions: dict[str, Session] = {}
        self._programs: dict[str, Path] = {}
        self._lock = threading.Lock()

    @property
    def _catalogue(self) -> Catalogue:
        return _catalogue()

    # -- the plugin itself

    def Handshake(self, request: Any, context: Any) -> Any:
        """Agree on the protocol; the program's folder is where relative paths of assets start."""
        with self._lock:
            if request.program_directory:
                self._programs[context.peer()] = Path(request.program_directory)
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """The plugin's version."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """The checked-in schema."""
        path = Path(__file__).with_name("schema.json")  # in a wheel; in a checkout it lies above
        if not path.exists():
            path = Path(__file__).parents[1] / "schema.json"
        return provider_pb2.GetSchemaResponse(schema=path.read_text("utf-8"))

    def CheckConfig(self, request: Any, context: Any) -> Any:
        """Check the provider's inputs; nothing is asked of Twilio."""
        failures = config.failures(decode(request.news), decode(request.olds))
        del context
        return provider_pb2.CheckResponse(inputs=request.news, failures=_failures(failures))

    def DiffConfig(self, request: Any, context: Any) -> Any:
        """Compare the provider's inputs. None of them ever replaces the provider, which would replace everything."""
        del context
        olds, news = decode(request.old_inputs), decode(request.news)
        changed = [name for name in config.NAMES if plain(olds.get(name)) != plain(news.get(name))]
        return _diff_response([Change(name, "update", replace=False) for name in changed], ())

    def Configure(self, request: Any, context: Any) -> Any:
        """Open the session of this peer. Credentials are not read before they are needed."""
        values = decode(request.args) if request.HasField("args") else dict(request.variables)
        values = {name.removeprefix("twilio:config:"): value for name, value in values.items()}
        with self._lock:
            program = self._programs.get(context.peer())
            settings = config.settings(values, self._environment)
            self._private = self._private and not set(self._sessions) - {context.peer()}
            self._sessions[context.peer()] = Session(settings, self._environment, program)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """End the waits of this peer's session, and of no other."""
        session = self._known_session(context)
        if session is not None:
            session.cancelled.set()
        return Empty()

    # -- resources

    def Check(self, request: Any, context: Any) -> Any:
        """Check inputs, all failures at once."""
        resource = self._resource(request.urn, context)
        session = self._session(context)
        return self._told(f"checking {_shown(request)}", context, lambda: self._check(session, resource, request))

    def _check(self, session: Session, resource: ResourceType, request: Any) -> Any:
        checked = check(
            resource, decode(request.news), decode(request.olds), session.keep, account=session.account
        )
        return provider_pb2.CheckResponse(inputs=encode(checked.inputs), failures=_failures(checked.failures))

    def Diff(self, request: Any, context: Any) -> Any:
        """Say what changed and what it asks for; no request is made."""
        resource = self._resource(request.urn, context)
        self._session(context).remember(request.urn, request.id)
        state = plain(decode(request.olds))
        olds = decode(request.old_inputs) if request.HasField("old_inputs") else state
        found = diff(resource, olds, decode(request.news), state)
        return _diff_response(found.changes, found.stables, delete_first=found.delete_first)

    def Create(self, request: Any, context: Any) -> Any:
        """Create, or at preview say what is known already."""
        resource = self._resource(request.urn, context)
        session = self._session(context)
        inputs = decode(request.properties)
        if request.preview:
            from twilio_provider.outputs import preview

            return provider_pb2.CreateResponse(id="", properties=encode(preview(resource, inputs, {}, ())))

        def work() -> Any:
            from twilio_provider import lifecycle

            made = lifecycle.create(
                session,
                resource,
                name=_name(request.urn),
                urn=request.urn,
                inputs=inputs,
                timeout=request.timeout,
            )
            return provider_pb2.CreateResponse(id=made.identity, properties=encode(made.outputs))

        hidden = secret_texts(inputs, resource.secrets)
        return self._told(f"creating {_shown(request)}", context, work, hidden)

    def Read(self, request: Any, context: Any) -> Any:
        """The thing as it is now; a bare answer when there is none, which makes an import of it fail."""
        resource = self._resource(request.urn, context)
        session = self._session(context)
        session.remember(request.urn, request.id)

        def work() -> Any:
            from twilio_provider import lifecycle

            known = request.inputs.fields or request.properties.fields
            inputs = decode(request.inputs) if known else None
            made = lifecycle.read(session, resource, request.id, inputs, decode(request.properties))
            if made is None:
                return provider_pb2.ReadResponse()
            return provider_pb2.ReadResponse(
                id=made.identity, properties=encode(made.outputs), inputs=encode(made.inputs)
            )

        return self._told(f"reading {_shown(request)}", context, work)

    def Update(self, request: Any, context: Any) -> Any:
        """Update in place, or at preview say what will be known."""
        resource = self._resource(request.urn, context)
        session = self._session(context)
        state, inputs = decode(request.olds), decode(request.news)
        if request.preview:
            from twilio_provider.outputs import preview

            made = preview(resource, inputs, state, stable_outputs(resource))
            return provider_pb2.UpdateResponse(properties=encode(made))

        def work() -> Any:
            from twilio_provider import lifecycle

            made = lifecycle.update(
                session,
                resource,
                name=_name(request.urn),
                identity=request.id,
                old_inputs=decode(request.old_inputs),
                inputs=inputs,
                state=state,
                timeout=request.timeout,
            )
            return provider_pb2.UpdateResponse(properties=encode(made.outputs))

        hidden = secret_texts(inputs, resource.secrets)
        return self._told(f"updating {_shown(request)}", context, work, hidden)

    def Delete(self, request: Any, context: Any) -> Any:
        """Delete; content when it is gone already."""
        resource = self._resource(request.urn, context)
        session = self._session(context)

        def work() -> Any:
            from twilio_provider import lifecycle

            lifecycle.delete(session, resource, request.id, decode(request.properties))
            return Empty()

        return self._told(f"deleting {_shown(request)}", context, work)

    # -- functions

    def Invoke(self, request: Any, context: Any) -> Any:
        """Run a look-up."""
        session = self._session(context)
        resource = next((r for r in self._catalogue.resources if r.get_token == request.tok), None)
        singleton = next((s for s in self._catalogue.lookups if s.token == request.tok), None)
        if resource is None and singleton is None:
            _abort(context, "UNIMPLEMENTED", f"{request.tok} is not a function of this provider")

        def work() -> Any:
            from twilio_provider import lookup

            try:
                if resource is not None:
                    found = lookup.get(session, resource, plain(decode(request.args)))
                else:
                    found = lookup.get_singleton(session, singleton)  # type: ignore[arg-type]
            except lookup.BadArguments as error:
                return provider_pb2.InvokeResponse(failures=_failures(error.failures))
            answer = provider_pb2.InvokeResponse()
            getattr(answer, "return").CopyFrom(encode(found))
            return answer

        return self._told(f"looking up {request.tok}", context, work)

    # -- not served

    def Construct(self, request: Any, context: Any) -> Any:
        """Components are not served."""
        _abort(context, "UNIMPLEMENTED", f"{request.type}: this provider has no components")

    def Call(self, request: Any, context: Any) -> Any:
        """Methods are not served."""
        _abort(context, "UNIMPLEMENTED", f"{request.tok}: this provider has no methods")

    def GetMapping(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """No converter has a mapping here."""
        return provider_pb2.GetMappingResponse()

    def GetMappings(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """No converter has a mapping here."""
        return provider_pb2.GetMappingsResponse()

    # -- helpers

    def _session(self, context: Any) -> Session:
        session = self._known_session(context)
        if session is None:
            _abort(context, "FAILED_PRECONDITION", "this connection has not configured the provider; nothing was done")
        return session

    def _known_session(self, context: Any) -> Session | None:
        with self._lock:
            session = self._sessions.get(context.peer())
            if session is None and self._private and self._sessions:
                (session,) = set(self._sessions.values())
                self._sessions[context.peer()] = session
            return session

    def _resource(self, urn: str, context: Any) -> ResourceType:
        token = _type(urn)
        resource = self._catalogue.resource(token)
        if resource is None:
            _abort(context, "UNIMPLEMENTED", f"{token} is not a type of this provider, or not served yet")
        return resource

    def _told(self, doing: str, context: Any, work: Callable[[], Any], hidden: Iterable[str] = ()) -> Any:
        """Do the work; whatever it raises reaches the user as a clean message, without a ``hidden`` text in it."""
        try:
            return work()
        except HalfMade as half:
            half.reason = _without(half.reason, hidden)
            _abort_half_made(context, half)
        except Exception as error:
            told = fault(doing, error)
            _abort(context, told.kind, _without(str(told), hidden))


@lru_cache(maxsize=1)
def _catalogue() -> Catalogue:
    return load()


def _type(urn: str) -> str:
    """The type of a URN; under a component parent it is the part after the last ``$``."""
    return urn.split("::")[2].rsplit("$", 1)[-1]


def _name(urn: str) -> str:
    return urn.split("::", 3)[3]


def _without(text: str, hidden: Iterable[str]) -> str:
    """The text with every secret of it blotted out; Twilio's messages may quote what was sent."""
    for secret in sorted(hidden, key=len, reverse=True):
        text = text.replace(secret, "[secret]") if len(secret) > 3 else text
    return text


def _shown(request: Any) -> str:
    return f"{_type(request.urn)} {_name(request.urn)!r}"


def _failures(failures: list[tuple[str, str]]) -> list[Any]:
    return [provider_pb2.CheckFailure(property=name, reason=reason) for name, reason in failures]


def _diff_response(changes: Any, stables: tuple[str, ...], *, delete_first: bool = False) -> Any:
    response = provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME if changes else provider_pb2.DiffResponse.DIFF_NONE,
        replaces=[change.name for change in changes if change.replace],
        diffs=[change.name for change in changes],
        stables=stables,
        deleteBeforeReplace=delete_first,
        hasDetailedDiff=bool(changes),
    )
    for change in changes:
        kind = _KINDS[change.kind, change.replace]
        response.detailedDiff[change.name].CopyFrom(provider_pb2.PropertyDiff(kind=kind, inputDiff=True))
    return response


def _abort(context: Any, kind: str, message: str) -> NoReturn:
    context.abort(grpc.StatusCode[kind], message)
    raise AssertionError("abort raises")


def _abort_half_made(context: Any, half: HalfMade) -> NoReturn:
    """Tell the engine that it exists: the id is kept, and the next update begins with a refresh."""
    detail = AnyMessage()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=half.identity,
            properties=encode(half.outputs),
            inputs=encode(half.inputs),
            reasons=[half.reason],
            refresh_before_update=True,
        )
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=half.reason, details=[detail])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    _abort(context, "UNKNOWN", half.reason)
