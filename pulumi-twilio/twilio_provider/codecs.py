"""How a property is sent, read back and compared, where that is not simply as it is. A codec is a row in ``CODECS``."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_WORKFLOW_NAMES = {"filter_friendly_name": "friendly_name"}


@dataclass(frozen=True)
class Codec:
    """``send`` makes the wire's value, ``read`` a property of Twilio's answer, ``canon`` what two equal values share.

    ``problem`` says what is wrong with an input, or None. ``fits`` says whether what Twilio shows means what was given,
    where that is not plain equality: it adds defaults, or others add members. ``ours`` is the part of what it shows
    that stands for what was given.
    """

    send: Callable[[Any], object]
    read: Callable[[Any], Any]
    canon: Callable[[Any], Any]
    problem: Callable[[Any], str | None] = lambda _: None
    fits: Callable[[Any, Any], bool] | None = None
    ours: Callable[[Any, Any], Any] = lambda _, shown: shown

    def shows(self, given: Any, shown: Any) -> bool:
        """Whether what Twilio shows means what was given."""
        return self.fits(given, shown) if self.fits else self.same(given, shown)

    def same(self, one: Any, other: Any) -> bool:
        """Whether both mean the same."""
        return bool(self.canon(one) == self.canon(other))


def _send_plain(value: Any) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return [_send_json(item) if isinstance(item, dict) else _send_plain(item) for item in value]
    return value


def _canon_plain(value: Any) -> Any:
    return [_canon_plain(item) for item in value] if isinstance(value, list) else value


def _send_json(value: Any) -> object:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _read_json(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value else {}
    except ValueError:
        return value


def _canon_json(value: Any) -> Any:
    return _without_nulls(_read_json(value))


def _without_nulls(value: Any) -> Any:
    match value:
        case dict():
            return {key: _without_nulls(item) for key, item in value.items() if item is not None}
        case list():
            return [_without_nulls(item) for item in value]
        case _:
            return value


def _canon_workflow(value: Any) -> Any:
    """Besides, Twilio writes a filter's ``friendly_name`` back as ``filter_friendly_name``."""
    return _renamed(_canon_json(value))


def _renamed(value: Any) -> Any:
    match value:
        case dict():
            return {_WORKFLOW_NAMES.get(key, key): _renamed(item) for key, item in value.items()}
        case list():
            return [_renamed(item) for item in value]
        case _:
            return value


def _json_problem(value: Any) -> str | None:
    if isinstance(value, dict):
        return None
    try:
        parsed = json.loads(value) if isinstance(value, str) else value
    except ValueError as error:
        return f"is not JSON: {error}"
    return None if isinstance(parsed, dict) else "must be an object, or a JSON string of one"


def _last(value: str) -> str:
    return value.rsplit("/", 1)[-1]


def _read_sids(value: Any) -> Any:
    return [_last(item) if isinstance(item, str) else item.get("sid") for item in value or []]


def _read_dependencies(value: Any) -> Any:
    if isinstance(value, list):
        return {item["name"]: item["version"] for item in value}
    return value or {}


def _send_dependencies(value: Any) -> object:
    return json.dumps([{"name": name, "version": version} for name, version in sorted(value.items())])


def _within(given: Any, shown: Any) -> bool:
    return _contained(_canon_json(given), _canon_json(shown))


def _contained(given: Any, shown: Any) -> bool:
    match given, shown:
        case dict(), dict():
            return all(_contained(value, shown.get(key)) for key, value in given.items())
        case list(), list():
            return len(given) == len(shown) and all(map(_contained, given, shown))
        case _:
            return bool(given == shown)


def projected(given: Any, shown: Any) -> Any:
    """Of what is shown, the part that stands where something was given."""
    if not isinstance(given, dict) or not isinstance(shown, dict):
        return shown
    return {key: projected(value, shown[key]) for key, value in given.items() if key in shown}


def _projected_too(given: Any, shown: Any) -> Any:
    """Likewise, and of lists of one length each member."""
    match given, shown:
        case dict(), dict():
            return {key: _projected_too(value, shown[key]) for key, value in given.items() if key in shown}
        case list(), list() if len(given) == len(shown):
            return [_projected_too(*pair) for pair in zip(given, shown, strict=True)]
        case _:
            return shown


def _our_part(given: Any, shown: Any) -> Any:
    return _projected_too(_read_json(given), shown)


def _send_event_types(value: Any) -> object:
    return [
        json.dumps({"type": v["type"]} | ({"schema_version": v["schemaVersion"]} if v.get("schemaVersion") else {}))
        for v in value
    ]


def _read_event_types(value: Any) -> Any:
    return [{"type": v["type"], "schemaVersion": v.get("schema_version", v.get("schemaVersion"))} for v in value]


def event_versions(value: Any) -> dict[str, int | None]:
    """Type -> schema version, None where it is left to Twilio."""
    return {v["type"]: v.get("schemaVersion") for v in value}


def _event_types_problem(value: Any) -> str | None:
    names = [v.get("type") if isinstance(v, dict) else None for v in value]
    if not names or not all(isinstance(name, str) for name in names):
        return "must name at least one type, each as an object {type, schemaVersion}"
    return "names a type twice" if len(set(names)) < len(names) else None


def _event_types_fit(given: Any, shown: Any) -> bool:
    there = event_versions(shown)
    return all(name in there and version in {None, there[name]} for name, version in event_versions(given).items())


def _our_event_types(given: Any, shown: Any) -> Any:
    names = event_versions(given)
    return [v for v in shown if v["type"] in names]


CODECS: dict[str, Codec] = {
    "plain": Codec(_send_plain, lambda value: value, _canon_plain),
    "json": Codec(_send_json, _read_json, _canon_json, _json_problem),
    "flag": Codec(_send_plain, lambda value: value, lambda value: str(value).lower()),
    "part": Codec(_send_json, _read_json, _canon_json, _json_problem, fits=_within, ours=_our_part),
    "parts": Codec(_send_plain, lambda value: value, _canon_json, fits=_within, ours=_our_part),
    "merge": Codec(_send_json, _read_json, _canon_json, _json_problem, fits=_within, ours=projected),
    "eventTypes": Codec(
        _send_event_types,
        _read_event_types,
        event_versions,
        _event_types_problem,
        fits=_event_types_fit,
        ours=_our_event_types,
    ),
    "workflow": Codec(_send_json, _read_json, _canon_workflow, _json_problem),
    "sids": Codec(lambda value: sorted(_read_sids(value)), _read_sids, lambda value: sorted(_read_sids(value))),
    "dependencies": Codec(_send_dependencies, _read_dependencies, _read_dependencies),
}
# Those of which Twilio shows more than was given: the defaults that it adds.
COMPLETED = frozenset({"part", "parts"})
