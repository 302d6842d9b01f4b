# ruff: noqa: N802, PLC0415 - RPC names are the protocol's; what a preview does not need is imported late

"""The protocol: each RPC decoded, given to the code that knows, its answer encoded, its error told cleanly.

Sessions are found by the peer of the connection, made at Configure; a peer that never configured is refused. The one
exception is a process of a single engine: its connection may end (grpc-go drops one that was idle for 30 minutes) and
come back as another peer. How errors are told is in :mod:`twilio_provider.telling`.
"""

import os
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc
from twilio_api.deadline import within
from twilio_api.errors import TwilioError

from twilio_provider import config
from twilio_provider.accounts import wrong_account
from twilio_provider.answers import check_failures, diff_response, failures_of
from twilio_provider.catalogue.load import load
from twilio_provider.catalogue.model import ACCOUNT, Catalogue, ResourceType
from twilio_provider.check import check
from twilio_provider.diff import Change, diff, stable_outputs
from twilio_provider.faults import Fault, still_there
from twilio_provider.paths import holds_others
from twilio_provider.session import ProviderRef, Session
from twilio_provider.telling import hidden, name_of, telling, type_of
from twilio_provider.values import Asset, decode, encode, has_unknown, plain

VERSION = "0.1.0"


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Serves any number of engines at once; each connection has its own session and account.

    ``private``: the process was started by an engine for one provider of its own, so that whoever reconnects is that
    engine. A second Configure ends that. ``writes``: credentials are tried as soon as they are known.
    """

    def __init__(
        self, environment: dict[str, str] | None = None, *, private: bool = False, writes: bool = False
    ) -> None:
        self._private = private
        self._writes = writes
        self._environment = dict(os.environ) if environment is None else environment
        self._sessions: dict[str, Session] = {}
        self._told_secrets: dict[str, dict[str, str]] = {}
        self._lock = threading.Lock()

    @property
    def _catalogue(self) -> Catalogue:
        return _catalogue()

    # -- the plugin itself

    @telling("agreeing on the protocol")
    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """Agree on the protocol. The folder that it names is the plugin's, not the program's: nothing starts there."""
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    @telling("attaching")
    def Attach(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """An engine joins a process that was started by hand (``PULUMI_DEBUG_PROVIDERS``); nothing to do before it
        configures.
        """
        return Empty()

    @telling("telling the version")
    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """The plugin's version."""
        return plugin_pb2.PluginInfo(version=VERSION)

    @telling("reading the schema")
    def GetSchema(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """The checked-in schema."""
        path = Path(__file__).with_name("schema.json")  # in a wheel; in a checkout it lies above
        if not path.exists():
            path = Path(__file__).parents[1] / "schema.json"
        return provider_pb2.GetSchemaResponse(schema=path.read_text("utf-8"))

    @telling("checking the provider's settings")
    def CheckConfig(self, request: Any, context: Any) -> Any:
        """Check the provider's inputs; nothing is asked of Twilio. Secrets of the config are kept out of the state."""
        news = decode(request.news)
        failures = config.failures(news, decode(request.olds), self._environment)
        with self._lock:
            self._told_secrets[context.peer()] = config.config_secrets(news)
        inputs = {name: value for name, value in news.items() if name not in config.SECRETS}
        told = check_failures(  # what is no setting may be one of the secrets, mistyped
            failures, news, lambda name: name not in config.NAMES, hidden(request, config.SECRETS)
        )
        return provider_pb2.CheckResponse(inputs=encode(inputs), failures=told)

    @telling("comparing the provider's settings")
    def DiffConfig(self, request: Any, context: Any) -> Any:
        """Compare the provider's inputs. None of them ever replaces the provider, which would replace everything."""
        del context
        olds, news = decode(request.old_inputs), decode(request.news)
        changed = [name for name in config.NAMES if plain(olds.get(name)) != plain(news.get(name))]
        return diff_response([Change(name, "update", replace=False) for name in changed], ())

    @telling("configuring the provider")
    def Configure(self, request: Any, context: Any) -> Any:
        """Open the session of this peer. Credentials are not read before they are needed."""
        values = decode(request.args) if request.HasField("args") else dict(request.variables)
        values = {name.removeprefix("twilio:config:"): value for name, value in values.items()}
        itself = ProviderRef(request.name, request.urn, request.id)
        with self._lock:
            peer = context.peer()
            settings = config.settings(values, self._environment)
            # told to this Configure and to no other: the peer is a port, and ports are used again
            secrets = self._told_secrets.pop(peer, None) or config.engines_config(self._environment)
            self._private = self._private and not set(self._sessions) - {peer}
            session = self._sessions[peer] = Session(settings, self._environment, secrets, itself)
        if self._writes:  # the first write waits for that, and beside the program's own start it costs no time
            threading.Thread(target=session.try_door, daemon=True).start()
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    @telling("cancelling")
    def Cancel(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """End the waits of this peer's session, and of no other."""
        session = self._known_session(context)
        if session is not None:
            session.cancelled.set()
        return Empty()

    # -- resources

    @telling("checking")
    def Check(self, request: Any, context: Any) -> Any:
        """Check inputs, all failures at once."""
        resource = self._resource(request.urn)
        session = self._session(context)
        account = session.account if resource.input(ACCOUNT) else None
        news = decode(request.news)
        checked = check(resource, news, decode(request.olds), session.keep, account=account)
        foreign = wrong_account(resource, plain(checked.inputs), account)
        told = check_failures(
            [*checked.failures, *([(ACCOUNT, foreign)] if foreign else [])],
            news,
            lambda name: name in resource.secrets or bool(resource.secrets and resource.input(name) is None),
            hidden(request, resource.secrets),
        )
        return provider_pb2.CheckResponse(inputs=encode(checked.inputs), failures=told)

    @telling("comparing")
    def Diff(self, request: Any, context: Any) -> Any:
        """Say what changed and what it asks for; no request is made."""
        resource = self._resource(request.urn)
        self._session(context).claims.remember(request.id)
        state = plain(decode(request.olds))
        olds = decode(request.old_inputs) if request.HasField("old_inputs") else state
        news = decode(request.news)
        if resource.asset in news and resource.asset not in olds:  # an import could not see it: it is what is given now
            recorded = state.get(f"{resource.asset}Hash")
            olds[str(resource.asset)] = Asset(str(recorded)) if recorded else news[str(resource.asset)]
        found = diff(resource, olds, news, state)
        return diff_response(found.changes, found.stables, delete_first=found.delete_first)

    @telling("creating")
    def Create(self, request: Any, context: Any) -> Any:
        """Create, or at preview say what is known already."""
        resource = self._resource(request.urn)
        session = self._session(context)
        inputs = decode(request.properties)
        if request.preview:
            from twilio_provider.outputs import preview

            return provider_pb2.CreateResponse(id="", properties=encode(preview(resource, inputs, {}, ())))
        from twilio_provider import recovery

        with within(request.timeout):
            made = recovery.create(session, resource, name=name_of(request.urn), urn=request.urn, inputs=inputs)
        return provider_pb2.CreateResponse(id=made.identity, properties=encode(made.outputs))

    @telling("reading")
    def Read(self, request: Any, context: Any) -> Any:
        """The thing as it is now; a bare answer when there is none, which makes an import of it fail."""
        resource = self._resource(request.urn)
        session = self._session(context)
        session.claims.remember(request.id)
        from twilio_provider import lifecycle

        inputs = decode(request.inputs) if request.inputs.fields or request.properties.fields else None
        with within(request.timeout):
            made = lifecycle.read(session, resource, request.id, inputs, decode(request.properties))
        if made is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(id=made.identity, properties=encode(made.outputs), inputs=encode(made.inputs))

    @telling("updating")
    def Update(self, request: Any, context: Any) -> Any:
        """Update in place, or at preview say what will be known."""
        resource = self._resource(request.urn)
        session = self._session(context)
        state, inputs = decode(request.olds), decode(request.news)
        if request.preview:
            from twilio_provider.outputs import preview

            made = preview(resource, inputs, state, stable_outputs(resource))
            return provider_pb2.UpdateResponse(properties=encode(made))
        from twilio_provider import lifecycle

        with within(request.timeout):
            done = lifecycle.update(
                session,
                resource,
                name=name_of(request.urn),
                identity=request.id,
                old_inputs=decode(request.old_inputs),
                inputs=inputs,
                state=state,
            )
        return provider_pb2.UpdateResponse(properties=encode(done.outputs))

    @telling("deleting")
    def Delete(self, request: Any, context: Any) -> Any:
        """Delete; content when it is gone already."""
        resource = self._resource(request.urn)
        session = self._session(context)
        from twilio_provider import lifecycle

        try:
            with within(request.timeout):
                lifecycle.delete(session, resource, request.id, decode(request.properties))
        except TwilioError as error:
            if not holds_others(self._catalogue, resource):
                raise
            raise still_there(f"deleting {resource.token} {name_of(request.urn)!r}", error) from None
        return Empty()

    # -- functions

    @telling("looking up")
    def Invoke(self, request: Any, context: Any) -> Any:
        """Run a look-up."""
        session = self._session(context)
        resource = self._catalogue.looked_up(request.tok)
        if resource is None:
            raise _not_served(request.tok, "is not a function of this provider")
        from twilio_provider import lookup

        find = lookup.every if request.tok == resource.list_token else lookup.get
        try:
            found = find(session, resource, plain(decode(request.args)))
        except lookup.BadArguments as error:
            return provider_pb2.InvokeResponse(failures=failures_of(error.failures))
        answer = provider_pb2.InvokeResponse()
        getattr(answer, "return").CopyFrom(encode(found))
        return answer

    @telling("listing")
    def List(self, request: Any, context: Any) -> Any:
        """The ids of all there is of a type, for `pulumi do TYPE list`. A query is parents and Twilio's filters."""
        session = self._session(context)
        resource = self._catalogue.resource(request.token)
        if resource is None or not resource.list_token:
            raise _not_served(request.token, "is not a type that this provider can list")
        query = decode(request.query)
        if has_unknown(query):
            return iter([provider_pb2.ListResponse(computed=provider_pb2.ListResponse.Computed())])
        from twilio_provider import lookup

        try:
            page = lookup.page(
                session,
                resource,
                plain(query),
                limit=request.limit,
                size=request.page_size,
                after=request.continuation_token,
            )
        except lookup.BadArguments as error:
            raise Fault(f"listing {request.token}", str(error), kind="INVALID_ARGUMENT") from None
        results = [provider_pb2.ListResponse.Result(id=identity, name=name) for identity, name in page.items]
        responses = [provider_pb2.ListResponse(result=result) for result in results]
        if page.following:
            more = provider_pb2.ListResponse.Continuation(continuation_token=page.following)
            responses.append(provider_pb2.ListResponse(continuation=more))
        return iter(responses)

    # -- not served

    @telling("constructing")
    def Construct(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """Components are not served."""
        raise _not_served(f"{request.type}:", "this provider has no components")

    @telling("calling")
    def Call(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """Methods are not served."""
        raise _not_served(f"{request.tok}:", "this provider has no methods")

    @telling("mapping")
    def GetMapping(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """No converter has a mapping here."""
        return provider_pb2.GetMappingResponse()

    @telling("mapping")
    def GetMappings(self, request: Any, context: Any) -> Any:  # noqa: ARG002
        """No converter has a mapping here."""
        return provider_pb2.GetMappingsResponse()

    # -- helpers

    def secret_names(self, request: Any) -> tuple[str, ...]:
        """The properties of a request that no message may quote."""
        try:
            return self._resource(request.urn).secrets
        except (AttributeError, Fault):
            return tuple(config.SECRETS)

    def _session(self, context: Any) -> Session:
        session = self._known_session(context)
        if session is None:
            raise Fault(
                "",
                "this connection has not configured the provider; nothing was done",
                kind="FAILED_PRECONDITION",
            )
        return session

    def _known_session(self, context: Any) -> Session | None:
        with self._lock:
            session = self._sessions.get(context.peer())
            if session is None and self._private and self._sessions:
                (session,) = set(self._sessions.values())
                self._sessions[context.peer()] = session
            return session

    def _resource(self, urn: str) -> ResourceType:
        token = type_of(urn)
        resource = self._catalogue.resource(token)
        if resource is None:
            raise _not_served(token, "is not a type of this provider, or not served yet")
        return resource


@lru_cache(maxsize=1)
def _catalogue() -> Catalogue:
    return load()


def _not_served(token: str, why: str) -> Fault:
    return Fault("", f"{token} {why}", kind="UNIMPLEMENTED")
