"""One provider instance of one engine: account, door, what it has learnt. Found by peer, never by default."""

import hashlib
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from twilio_api.credentials import Credentials, find
from twilio_api.door import Answer, Door, Listed
from twilio_api.errors import CredentialsMissing, Interrupted, TwilioError
from twilio_api.upload import Upload

from twilio_provider import intents
from twilio_provider.claims import Claims
from twilio_provider.config import Settings, failures
from twilio_provider.guard import AccountMismatch, belongs, guard, is_final
from twilio_provider.listings import Listings
from twilio_provider.values import Asset

_LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class ProviderRef:
    """What the engine calls this provider instance; empty where it did not say."""

    name: str = ""
    urn: str = ""
    id: str = ""

    @property
    def reference(self) -> str | None:
        """Its URN for a command line; None for a default provider, which a command finds by itself."""
        return None if self.name.startswith("default") or not self.urn else self.urn


class Session:
    """Everything that belongs to one Configure. Credentials are read and tried at the first request, not before."""

    def __init__(
        self,
        settings: Settings,
        environment: Mapping[str, str],
        config_secrets: Mapping[str, str] | None = None,
        provider: ProviderRef | None = None,
    ) -> None:
        self.settings = settings
        self.provider = provider or ProviderRef()
        self.cancelled = threading.Event()
        self.contents: dict[str, bytes] = {}
        self.claims = Claims()
        self.subaccounts: set[str] = set()  # that inputs name, and answers may show
        self.intents = intents.load(environment.get(intents.VARIABLE))
        self._environment = environment
        self._config_secrets = config_secrets or {}
        self._folder = Path.cwd()  # the engine starts a plugin in the program's
        self._credentials: Credentials | None = None
        self._lock = threading.Lock()
        self._door: Door | None = None
        self._door_account: str | None = None
        self._no_door: TwilioError | None = None
        self._tries = 0
        self.listings = Listings(lambda url, pages, size: self.door().list(url, pages=pages, size=size))
        self._at_start: dict[str, Listed] = {}
        self._start_locks: dict[str, threading.Lock] = {}

    def keep(self, asset: Asset) -> Asset:
        """Remember a file's content for the create that may follow; what is recorded is its hash alone."""
        if asset.text is None and asset.path is None and asset.uri is None:
            return Asset(asset.hash)
        content = self._read(asset)
        digest = hashlib.sha256(content).hexdigest()
        self.contents[digest] = content
        return Asset(digest)

    @property
    def account(self) -> str | None:
        """The SID of the stack's account, as far as it is known without asking Twilio."""
        if self.settings.account_sid:
            return self.settings.account_sid
        try:
            return self._found().account_sid
        except CredentialsMissing:
            return self._environment.get("TWILIO_ACCOUNT_SID")

    def door(self) -> Door:
        """The door, after the credentials have been found, tried once and seen to be the stack's account's.

        All who wait for one try share how it ends. Credentials that Twilio refuses are not tried again.
        """
        before = self._tries
        with self._lock:
            if self._door is not None:
                return self._door
            if self._no_door is not None and (is_final(self._no_door) or self._tries > before):
                raise self._no_door
            try:
                door = self._unchecked_door()
                guard(door)
            except TwilioError as error:
                if not isinstance(error, Interrupted):  # that is about one operation, or all are cancelled
                    self._no_door = error
                    self._tries += 1
                raise
            self._door = door
            return door

    def try_door(self) -> None:
        """The same beside something else; how it ends is told to whoever asks for the door."""
        with suppress(Exception):
            self.door()

    def request(
        self,
        method: str,
        url: str,
        *,
        form: Mapping[str, object] | None = None,
        json: Mapping[str, object] | None = None,
        upload: Mapping[str, Upload] | None = None,
        repeatable: bool = False,
    ) -> Answer:
        """One request; a write discards what was listed before."""
        door = self.door()
        try:
            answer = door.request(method, url, form=form, json=json, upload=upload, repeatable=repeatable)
        finally:
            if method != "GET":
                self.listings.discard()
        self._belongs(answer.json, made=method != "GET")
        return answer

    def whole(self, url: str) -> Listed:
        """A collection, asked for once however many look at it, until something is written; and whether that is all."""
        return self._ours(self.listings.whole(url))

    def item(self, url: str) -> dict[str, Any]:
        """One item as it was read since the last write, else by a GET."""
        return self.listings.item(url, lambda address: self.request("GET", address).json)

    def recent(self, url: str) -> Listed:
        """The first page of a collection: what was made last."""
        return self._ours(self.listings.recent(url))

    def _ours(self, listed: Listed) -> Listed:
        for body in listed.items[:1]:
            self._belongs(body)
        return listed

    def listing_at_start(self, url: str) -> Listed:
        """A collection as it was when this process first looked: where things lost by earlier runs are found."""
        with self._lock:
            lock = self._start_locks.setdefault(url, threading.Lock())
        with lock:
            if url not in self._at_start:
                self._at_start[url] = self.whole(url)
            return self._at_start[url]

    def others_done(self, collection: str) -> None:
        """Wait until the creates in that collection that are under way have ended. Raises Interrupted."""
        waited_for = self.claims.under_way(collection)
        while waited_for & self.claims.under_way(collection):
            self.door().pause(_LOOK_SECONDS)

    def _found(self) -> Credentials:
        if self._credentials is None:
            self._credentials = find(
                self._environment,
                config=self._config_secrets,
                file=self.settings.credentials_file,
                command=self.settings.credentials_command,
                folder=self._folder,
                account_sid=self.settings.account_sid or self._environment.get("TWILIO_ACCOUNT_SID"),
            )
        return self._credentials

    def _unchecked_door(self) -> Door:
        settings = self.settings
        given = {"region": settings.region, "edge": settings.edge, "endpoint": settings.endpoint}
        wrong = failures(given, {})
        if wrong:  # the environment's settings are seen by no CheckConfig
            raise TwilioError("; ".join(f"twilio:{name} (or its environment variable) {said}" for name, said in wrong))
        credentials = self._found()
        if settings.account_sid and settings.account_sid != credentials.account_sid:
            raise AccountMismatch(settings.account_sid, credentials.account_sid)
        self._door_account = credentials.account_sid
        return Door(
            credentials,
            region=settings.region,
            edge=settings.edge,
            endpoint=settings.endpoint,
            cancelled=self.cancelled,
        )

    def _belongs(self, body: Mapping[str, Any], *, made: bool = False) -> None:
        if body.get("account_sid") not in self.subaccounts:
            belongs(self._door_account, body, made=made)

    def _read(self, asset: Asset) -> bytes:
        if asset.text is not None:
            return asset.text.encode()
        try:
            if asset.path is not None:
                return (self._folder / asset.path).read_bytes()
            if not str(asset.uri).startswith(("https://", "http://", "file://")):
                raise ValueError("is a URI of a kind that cannot be read; there are: https, http, file")
            with urlopen(str(asset.uri), timeout=60) as stream:  # noqa: S310 - the scheme was checked above
                return bytes(stream.read())
        except OSError as error:
            raise ValueError(f"cannot be read: {error.strerror or error}") from None
