"""One request as a handler sees it, and an answer that is more than a JSON object."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from twilio_emulator.core.errors import invalid_parameter, missing_parameter


class Params:
    """Named values that may occur more than once, as in a query or a form. A value is text, or an uploaded file."""

    def __init__(self, pairs: Iterable[tuple[str, Any]] = ()) -> None:
        self._values: dict[str, list[Any]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __iter__(self) -> Any:
        return iter(self._values)

    def pairs(self) -> list[tuple[str, Any]]:
        """All values with their names, grouped by name."""
        return [(name, value) for name, values in self._values.items() for value in values]

    def get(self, name: str, default: str | None = None) -> str | None:
        """The first text of that name, or the default."""
        values = self._values.get(name)
        if not values:
            return default
        return values[0] if isinstance(values[0], str) else default

    def required(self, name: str) -> str:
        """The first text of that name; 400 with 20001 where it is missing or empty."""
        value = self.get(name)
        if not value:
            raise missing_parameter(name)
        return value

    def file(self, name: str) -> Any:
        """An uploaded file (`starlette.datastructures.UploadFile`), or None."""
        values = self._values.get(name)
        return values[0] if values and not isinstance(values[0], str) else None

    def all(self, name: str) -> list[str]:
        """Every text of that name, in the order they were sent."""
        return [value for value in self._values.get(name, []) if isinstance(value, str)]

    def int(self, name: str, default: int | None = None) -> int | None:
        """A whole number; 400 with 20001 where it is none."""
        value = self.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except ValueError:
            raise invalid_parameter(name, "a whole number is expected") from None

    def bool(self, name: str, default: bool | None = None) -> Any:
        """`true` or `false` in any case; 400 with 20001 otherwise."""
        value = self.get(name)
        if value is None or value == "":
            return default
        if value.lower() not in {"true", "false"}:
            raise invalid_parameter(name, "true or false is expected")
        return value.lower() == "true"

    def json(self, name: str, default: Any = None) -> Any:
        """Text parsed as JSON; 400 with 20001 where it is not JSON."""
        value = self.get(name)
        if value is None or value == "":
            return default
        try:
            return json.loads(value)
        except ValueError:
            raise invalid_parameter(name, "JSON is expected") from None


@dataclass
class Call:
    """A request whose credentials hold.

    `path` is without query; `vars` are the decoded {Names} of the route; header names are lower-case.
    """

    method: str
    host: str
    path: str
    vars: dict[str, str]
    query: Params
    form: Params
    json: Any
    headers: Mapping[str, str]
    account_sid: str
    body: bytes = b""
    query_string: str = ""

    @property
    def url_base(self) -> str:
        """`https://<host>`: what `url` and `links` of an answer begin with."""
        return f"https://{self.host}"


@dataclass
class Reply:
    """An answer with its own status, headers or form.

    `body`: an object sent as JSON, text or bytes sent as they are, None for nothing.
    """

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
