"""A recording stand-in for Twilio's HTTP, for the provider's own tests: it remembers what it is sent and answers alike.

It knows nothing of the provider's catalogue and shares no code with the emulator; what it is told per collection is
SID prefix, unique field and answer defaults, from Twilio's reference.
"""

import base64
import json
import re
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count, pairwise
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlsplit

from tests.unit.provider.fake_collections import (
    COLLECTIONS,
    DEFAULTS,
    MANY,
    OBJECTS,
    PARENTS,
    SHOWN_AS,
    SINGLETONS,
    STANDING,
    UPSERTS,
    Collection,
)

ACCOUNT = "AC" + "a" * 32
TOKEN = "fake-auth-token-never-shown"


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    method: str
    host: str
    path: str
    form: dict[str, list[str]]
    files: dict[str, bytes]
    user: str
    json: dict[str, Any] | None = None

    @property
    def sent(self) -> dict[str, Any]:
        """What the body names, by Twilio's names."""
        return self.form if self.json is None else self.json


@dataclass
class Fault:
    """Something that goes wrong: for the next ``times`` requests that match, ``after`` or before the effect.

    It is held for ``hold`` seconds, or ``until`` the test lets it go.
    """

    method: str
    path: str
    status: int
    times: int = 1
    after: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    drop: bool = False
    hold: float = 0.0
    until: threading.Event | None = None


class FakeTwilio:
    """Context manager; ``url`` is what TWILIO_ENDPOINT takes."""

    def __init__(
        self, *, account: str = ACCOUNT, token: str = TOKEN, polls: int = 1, build_ends: str = "completed"
    ) -> None:
        self.account = account
        self.token = token
        self.users = {f"{account}:{token}"}
        self.polls = polls
        self.build_ends = build_ends
        self.page_size = 1000
        self.operations_end = True
        self.ahead = 0.0  # what its dates are ahead of ours, in seconds
        self.requests: list[Request] = []
        self.items: dict[tuple[str, str], dict[str, Any]] = {}
        self.contents: dict[str, bytes] = {}
        self.faults: list[Fault] = []
        self._numbers = count(1)
        self._polls: dict[str, int] = {}
        self._operations: dict[str, dict[str, Any]] = {}
        self._lock = threading.RLock()
        handler = type("Handler", (_Handler,), {"fake": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def environment(self) -> dict[str, str]:
        """What a user would export."""
        return {"TWILIO_ACCOUNT_SID": self.account, "TWILIO_AUTH_TOKEN": self.token, "TWILIO_ENDPOINT": self.url}

    def __enter__(self) -> "FakeTwilio":
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def seen(self, *, checks: bool = False, polls: bool = False) -> list[str]:
        """``METHOD path`` of every request, without credential checks and polls unless asked for."""
        return [
            f"{r.method} {r.path}"
            for r in self.requests
            if (checks or not r.path.endswith(f"/Accounts/{self.account}.json"))
            and (polls or not (r.path.endswith("/Status") or "/Operations/" in r.path))
        ]

    def answer(self, request: Request) -> tuple[int, dict[str, str], dict[str, Any] | None]:
        """The status, headers and body for a request; None drops the connection."""
        with self._lock:
            self.requests.append(request)
            fault = self._fault(request)
        if fault is not None and fault.until:
            fault.until.wait(60)
        elif fault is not None and fault.hold:
            time.sleep(fault.hold)
        with self._lock:
            if fault is None:
                return self._serve(request)
            if fault.after:
                self._serve(request)
            return (
                (0 if fault.drop else fault.status),
                fault.headers,
                fault.body or _error(fault.status, 20500, "a fault"),
            )

    def add(self, host: str, path: str, **values: Any) -> dict[str, Any]:
        """Put an item into a collection, as if someone else had made it."""
        with self._lock:
            return self._create(host, path, values)

    def _fault(self, request: Request) -> Fault | None:
        for fault in self.faults:
            if fault.times and fault.method == request.method and re.search(fault.path, request.path):
                fault.times -= 1
                return fault
        return None

    def _serve(  # noqa: PLR0911 - one case per route
        self, request: Request
    ) -> tuple[int, dict[str, str], dict[str, Any] | None]:
        if request.user not in self.users:
            return 401, {}, _error(401, 20003, "Authenticate")
        if request.host == "api.twilio.com" and f"/Accounts/{self.account}" not in request.path:
            return 401, {}, _error(401, 20003, "Authenticate")  # another account's address
        if request.host == "api.twilio.com" and request.path.endswith(f"/Accounts/{self.account}.json"):
            return 200, {}, {"sid": self.account, "status": "active"}
        product = request.host.split(".")[0].removesuffix("-upload")
        path = request.path.removesuffix(".json")
        if path.endswith("/Status"):
            return self._status(product, path.removesuffix("/Status"))
        if re.search(r"/Functions/\w+/Versions/\w+/Content$", path):  # what an Asset holds is not shown
            return self._stored_content(product, path.removesuffix("/Content"))
        if "/Operations/" in path:
            return 200, {}, self._operation(path)
        if path.endswith("/Archive"):
            return self._item(product, replace(request, form={"Archived": ["true"]}), path.removesuffix("/Archive"))
        if _is_one_of(SINGLETONS, product, path) and (product, path) not in self.items:
            self.items[product, path] = {"account_sid": self.account, **_above(path), **STANDING.get(product, {})}
        if _is_one_of(UPSERTS, product, path) and request.method == "POST":
            self.items.setdefault((product, path), {"account_sid": self.account, **_above(path)})
        if (product, path.rsplit("/", 1)[1]) in COLLECTIONS and (product, path) not in self.items:
            return self._collection(product, request, path)
        return self._item(product, request, path)

    def _collection(
        self, product: str, request: Request, path: str
    ) -> tuple[int, dict[str, str], dict[str, Any] | None]:
        parent, name = path.rsplit("/", 1)
        known = (product, parent.rsplit("/", 2)[1]) in COLLECTIONS
        if known and not self._there(product, parent):
            return 404, {}, _error(404, 20404, f"The requested resource {parent} was not found")
        collection = COLLECTIONS[product, name]
        found = [v for (p, at), v in self.items.items() if p == product and at.rsplit("/", 1)[0] == path]
        if request.method == "GET":
            number, size = (int(request.form.get(name, ["0"])[0]) for name in ("Page", "PageSize"))
            size = min(size or 50, self.page_size)
            following = None
            if found[(number + 1) * size :]:
                following = f"https://{request.host}{request.path}?Page={number + 1}&PageSize={size}"
            return 200, {}, _page(product, collection.key, found[number * size :][:size], following)
        values = _values(request.form) if request.json is None else _shown_later(request.json)
        if collection.unique:
            unique = collection.unique if request.json is not None else _snake(collection.unique)
            if values.get(unique) is not None and any(v.get(unique) == values[unique] for v in found):
                return 409, {}, _error(409, 20409, f"{collection.unique} is not unique")
        body = self._create(request.host, path, values)
        for content in request.files.values():
            self.contents[body["sid"]] = content
        if collection.later:
            return 202, {}, self._accepted(request.host, f"{path}/{body['id']}", body, collection)
        return 201, {}, body

    def _accepted(self, host: str, path: str, body: dict[str, Any], collection: Collection) -> dict[str, Any]:
        """The answer of a product that makes things later, and what its operation says then."""
        number = next(self._numbers)
        address = f"https://{host}/v1/ControlPlane/Operations/op_{number}"
        self._operations[urlsplit(address).path] = {"resultUrl": f"https://{host}{path}", "status": "PENDING"}
        if collection.later == "below":
            return {"operation": {"statusUrl": address, "status": "PENDING"}, "rule": body}
        if collection.later == "related":
            return {"statusUrl": address, "related": {"configurationId": body["id"]}}
        return {"statusUrl": address, "message": "accepted"}

    def _operation(self, path: str) -> dict[str, Any]:
        shown = dict(self._operations[path])
        if self.operations_end:
            self._operations[path]["status"] = "COMPLETED"
        return shown

    def _there(self, product: str, path: str) -> bool:
        elsewhere = product == "knowledge"  # what is above is kept at another path
        return elsewhere or path.endswith(f"/Accounts/{self.account}") or (product, path) in self.items

    def _stored_content(self, product: str, path: str) -> tuple[int, dict[str, str], dict[str, Any] | None]:
        body = self.items.get((product, path))
        if body is None:
            return 404, {}, _error(404, 20404, f"The requested resource {path} was not found")
        return 200, {}, {"account_sid": self.account, "content": self.contents[body["sid"]].decode()}

    def _create(self, host: str, path: str, values: dict[str, Any]) -> dict[str, Any]:
        product = host.split(".", maxsplit=1)[0].removesuffix("-upload")
        parts = path.strip("/").split("/")[1:]
        collection = COLLECTIONS[product, parts[-1]]
        prefix = collection.prefix
        body = {**DEFAULTS.get(prefix, {}), **values, "account_sid": self.account}
        if collection.numbered:
            body["id"] = f"{collection.numbered}_{next(self._numbers):026d}"
        if prefix:
            body["sid"] = values.get(collection.sid_from or "", f"{prefix}{next(self._numbers):032x}")
        if (product, parts[2:3], parts[-1]) == ("sync", ["Lists"], "Items"):
            body["index"] = next(self._numbers)
        for kind, owner in pairwise(parts):
            if kind in PARENTS:
                body[PARENTS.get(f"{product}/{kind}", PARENTS[kind])] = unquote(owner)
        own = quote(str(body["index"] if "index" in body else body[collection.own]), safe="")
        body |= _dates(product, collection, time.time() + self.ahead)
        body["url"] = f"https://{product}.twilio.com{path}/{own}"
        if prefix == "DF":
            for subscribed in body.pop("types"):
                self._create(host, f"{path}/{own}/SubscribedEvents", {"schema_version": 1, **subscribed})
        if prefix == "SK" or collection.numbered == "whk_sharedkey":
            body["secret"] = "hush-the-secret-of-a-key"
        if prefix == "ZB":
            body |= self._building(values)
        if prefix == "ZE":
            body["domain_name"] = f"flexpark-1234-{body.get('domain_suffix')}.twil.io"
        if prefix == "ZD":
            self.items[product, path.rsplit("/", 1)[0]]["build_sid"] = values.get("build_sid")
        if prefix == "WW" and "configuration" in values:
            body["configuration"] = json.dumps(json.loads(values["configuration"]), indent=4, sort_keys=True)
        self.items[product, f"{path}/{own}"] = {name: value for name, value in body.items() if name != "secret"}
        return dict(body)

    def _building(self, values: dict[str, Any]) -> dict[str, Any]:
        """What a new Build shows of what it was given."""
        versions = _many(values.get("function_versions"))
        shown = ("sid", "account_sid", "service_sid", "function_sid", "path", "visibility", "date_created")
        held = {v["sid"]: {n: v[n] for n in shown} for v in self.items.values() if v.get("sid") in versions}
        for version in held.values():
            version["visibility"] = version["visibility"].upper()  # as in Twilio's own example of a Build
        return {
            "status": "building",
            "function_versions": [held.get(sid, {"sid": sid}) for sid in versions],
            "asset_versions": [{"sid": s} for s in _many(values.get("asset_versions"))],
            "dependencies": json.loads(values.get("dependencies") or "[]"),
        }

    def _item(self, product: str, request: Request, path: str) -> tuple[int, dict[str, str], dict[str, Any] | None]:
        body = self.items.get((product, path))
        if body is None:
            return 404, {}, _error(404, 20404, f"The requested resource {path} was not found")
        if request.method == "DELETE":
            for key in [k for k in self.items if k[0] == product and f"{k[1]}/".startswith(f"{path}/")]:
                del self.items[key]
            return 204, {}, None
        if request.method == "PUT":  # what a replacement does not name is gone
            for name in set(body) - {"id", "sid", "account_sid", "date_created"}:
                del body[name]
        if request.method in {"POST", "PUT", "PATCH"}:
            values = _values(request.form) if request.json is None else dict(request.json)
            for name, value in values.items():
                nested = isinstance(value, dict) and name not in OBJECTS and isinstance(body.get(name), dict)
                nested = nested and request.json is None
                body[name] = _merged(body[name], value) if nested else value
        return 200, {}, dict(body)

    def _status(self, product: str, path: str) -> tuple[int, dict[str, str], dict[str, Any] | None]:
        body = self.items[product, path]
        self._polls[path] = self._polls.get(path, 0) + 1
        if self._polls[path] >= self.polls:
            body["status"] = self.build_ends
        return 200, {}, {"sid": body["sid"], "status": body["status"]}


class _Handler(BaseHTTPRequestHandler):
    fake: FakeTwilio
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # headers and body are two writes; the second would wait 40 ms for an ACK

    def log_message(self, *_: Any) -> None:
        pass

    def _any(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        _, host, path = parts.path.split("/", 2)
        sent = json.loads(content) if self.headers.get("Content-Type") == "application/json" and content else None
        form, files = _fields(self.headers, content) if sent is None else ({}, {})
        for name, value in parse_qsl(parts.query):
            form.setdefault(name, []).append(value)
        user = base64.b64decode(self.headers.get("Authorization", "Basic ").removeprefix("Basic ")).decode()
        status, headers, body = self.fake.answer(Request(self.command, host, "/" + path, form, files, user, sent))
        if status == 0:
            self.close_connection = True
            return
        text = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(text)), "Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        with suppress(ConnectionError):  # who asked may have waited long enough
            self.end_headers()
            self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _any  # noqa: N815 - names of the standard library's protocol


def _fields(headers: Message, content: bytes) -> tuple[dict[str, list[str]], dict[str, bytes]]:
    kind = headers.get("Content-Type", "")
    if not kind.startswith("multipart/"):
        return parse_qs(content.decode(), keep_blank_values=True), {}
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + content)
    form: dict[str, list[str]] = {}
    files: dict[str, bytes] = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes):
            continue
        if part.get_filename():
            files[name] = payload
        else:
            form.setdefault(name, []).append(payload.decode())
    return form, files


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _values(form: dict[str, list[str]]) -> dict[str, Any]:
    """A form as the JSON of an item: ``A.B`` is nested, texts become what Twilio shows."""
    made: dict[str, Any] = {}
    for name, given in form.items():
        *above, last = (SHOWN_AS.get(_snake(part), _snake(part)) for part in name.split("."))
        place = made
        for part in above:
            place = place.setdefault(part, {})
        place[last] = _value(last, given)
    return made


def _merged(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **{name: _merged(old.get(name), value) for name, value in new.items()}}
    return new


def _value(name: str, given: list[str]) -> Any:
    if name in MANY:
        return [json.loads(text) if text.startswith("{") else text for text in given if text]
    text = given[0]
    if text in {"true", "false"}:
        return text == "true"
    if name in OBJECTS:
        return json.loads(text)
    return int(text) if re.fullmatch(r"\d+", text) else text


def _page(product: str, key: str, found: list[dict[str, Any]], following: str | None) -> dict[str, Any]:
    """One page. The oldest product has another form of it."""
    if product == "api":
        return {key: found, "page": 0, "next_page_uri": following and "/" + following.split("/", 3)[3]}
    return {key: found, "meta": {"key": key, "next_page_url": following}}


def _dates(product: str, collection: Collection, now: float) -> dict[str, str]:
    """When it was made: the oldest product writes dates as mail does, newer ones call them otherwise."""
    form = "%a, %d %b %Y %H:%M:%S +0000" if product == "api" else "%Y-%m-%dT%H:%M:%SZ"
    text = time.strftime(form, time.gmtime(now))
    names = ("createdAt", "updatedAt") if collection.numbered else ("date_created", "date_updated")
    return dict.fromkeys(names, text)


def _is_one_of(paths: tuple[tuple[str, str], ...], product: str, path: str) -> bool:
    return any(product == name and re.fullmatch(pattern, path) for name, pattern in paths)


def _above(path: str) -> dict[str, Any]:
    """What a thing at that path says of what it belongs to, by the name of its last part."""
    parts = path.strip("/").split("/")[1:]
    names = {"Permissions": "identity", "PhoneNumbers": "phone_number", "SipDomains": "sip_domain"}
    return {PARENTS.get(kind, names.get(kind, "_")): unquote(owner) for kind, owner in pairwise(parts)}


def _shown_later(sent: dict[str, Any]) -> dict[str, Any]:
    """A JSON body as it is shown: without what is null, and with a default that Twilio adds to each object."""
    return {
        name: {**value, "added_by_twilio": True} if isinstance(value, dict) and value else value
        for name, value in sent.items()
        if value is not None
    }


def _many(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []


def _error(status: int, code: int, message: str) -> dict[str, Any]:
    return {
        "status": status,
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
    }
