"""Property values between the wire (protobuf Struct) and Python: unknowns, secrets and assets have types here."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from google.protobuf.struct_pb2 import Struct, Value

_UNKNOWNS = {
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
}
_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - Pulumi's mark of a secret, not one
_ASSET = "c44067f5952c0a294b673a41bacd8c17"
# Names of an address's parameters by which its owner lets callers in: ``?token=``, ``&api_key=``, ``&accessKey=``.
_PASSES = re.compile(
    r"(?:^|[-_])(?i:(?:api|access|auth)?(?:token|key|secret|password|auth|sig|signature))$"
    r"|[a-z](?:Token|Key|Secret|Password|Auth|Sig|Signature)$"
)
_LONG_ENOUGH = 4  # a shorter text is in too many others to mean anything in one of them


class Unknown:
    """A value that is not known before an update has run."""

    def __repr__(self) -> str:
        return "unknown"


UNKNOWN = Unknown()


@dataclass(frozen=True)
class Secret:
    """A value that is encrypted in the state and never shown."""

    value: Any

    def __repr__(self) -> str:
        return "[secret]"


@dataclass(frozen=True)
class Asset:
    """A file by its hash (SHA-256, hex). Text and path are there only on the way in."""

    hash: str
    text: str | None = None
    path: str | None = None
    uri: str | None = None


def decode(struct: Struct) -> dict[str, Any]:
    """A Struct as a dict; whole numbers come back as integers."""
    return {name: _decode(value) for name, value in struct.fields.items()}


def encode(values: Mapping[str, Any]) -> Struct:
    """A dict as a Struct."""
    struct = Struct()
    for name, value in values.items():
        struct.fields[name].CopyFrom(_encode(value))
    return struct


def plain(value: Any) -> Any:
    """The value without its Secret wrappers, at any depth."""
    match value:
        case Secret():
            return plain(value.value)
        case dict():
            return {key: plain(item) for key, item in value.items()}
        case list():
            return [plain(item) for item in value]
        case _:
            return value


def has_unknown(value: Any) -> bool:
    """Whether anything in it is unknown."""
    return any(isinstance(item, Unknown) for item in _leaves(value))


def has_secret(value: Any) -> bool:
    """Whether anything in it is a secret."""
    match value:
        case Secret():
            return True
        case dict():
            return any(has_secret(item) for item in value.values())
        case list():
            return any(has_secret(item) for item in value)
        case _:
            return False


def is_secret(value: Any, *, named: bool = False) -> bool:
    """Whether a value is to be hidden: marked, named as one, or an address with a password or a token in it."""
    return named or has_secret(value) or any(_has_password(leaf) for leaf in _leaves(value))


def _has_password(value: Any) -> bool:
    if not isinstance(value, str) or "://" not in value:
        return False
    try:
        parts = urlsplit(value)
        return bool(parts.password) or any(_PASSES.search(name) for name, _ in parse_qsl(parts.query))
    except ValueError:
        return False


def shows_any(value: Any, texts: Iterable[str]) -> bool:
    """Whether one of the texts is in it, at any depth: as a whole, or within a longer text."""
    return any(
        leaf == text or (len(text) >= _LONG_ENOUGH and text in leaf)
        for leaf in _leaves(value)
        if isinstance(leaf, str)
        for text in texts
    )


def secret_texts(values: Mapping[str, Any], names: Iterable[str] = ()) -> set[str]:
    """Every text that is secret: below a Secret, or below one of the named properties."""
    found: set[str] = set()
    for name, value in values.items():
        found |= _texts(value, hidden=name in names)
    return found


def _texts(value: Any, *, hidden: bool) -> set[str]:
    match value:
        case Secret():
            return _texts(value.value, hidden=True)
        case dict():
            return set().union(*(_texts(item, hidden=hidden) for item in value.values()))
        case list():
            return set().union(*(_texts(item, hidden=hidden) for item in value))
        case str():
            return {value} if (hidden and value) or _has_password(value) else set()
        case _:
            return set()


def _leaves(value: Any) -> Iterable[Any]:
    match value:
        case Secret():
            yield from _leaves(value.value)
        case dict():
            for item in value.values():
                yield from _leaves(item)
        case list():
            for item in value:
                yield from _leaves(item)
        case _:
            yield value


def _decode(value: Value) -> Any:
    match value.WhichOneof("kind"):
        case "string_value":
            return UNKNOWN if value.string_value in _UNKNOWNS else value.string_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [_decode(item) for item in value.list_value.values]
        case "struct_value":
            return _decode_object(value.struct_value)
        case _:
            return None


def _decode_object(struct: Struct) -> Any:
    fields = struct.fields
    signature = fields[_SIGNATURE].string_value if _SIGNATURE in fields else None
    if signature == _SECRET:
        return Secret(_decode(fields["value"]))
    if signature == _ASSET:
        given = {name: fields[name].string_value for name in ("hash", "text", "path", "uri") if name in fields}
        return Asset(given.pop("hash", ""), **{name: text for name, text in given.items() if text or name == "text"})
    return {name: _decode(item) for name, item in fields.items()}


def _encode(value: Any) -> Value:  # noqa: PLR0911 - one case per kind
    match value:
        case Unknown():
            return Value(string_value=_UNKNOWN)
        case Secret():
            return _encode_object({_SIGNATURE: _SECRET, "value": value.value})
        case Asset():
            parts = {"hash": value.hash, "text": value.text, "path": value.path, "uri": value.uri}
            return _encode_object({_SIGNATURE: _ASSET, **{k: v for k, v in parts.items() if v is not None}})
        case bool():
            return Value(bool_value=value)
        case int() | float():
            return Value(number_value=float(value))
        case str():
            return Value(string_value=value)
        case Mapping():
            return _encode_object(value)
        case list() | tuple():
            made = Value()
            made.list_value.values.extend(_encode(item) for item in value)
            return made
        case None:
            return Value(null_value="NULL_VALUE")  # type: ignore[arg-type]
        case _:
            raise TypeError(f"{type(value).__name__} is not a property value")


def _encode_object(values: Mapping[str, Any]) -> Value:
    return Value(struct_value=encode(values))
