"""Lists in pages, as Twilio gives them: `PageSize` (50, at most 1000), `Page`, `PageToken`.

Source: https://www.twilio.com/docs/usage/twilios-response#pagination
"""

from typing import Any
from urllib.parse import urlencode

from twilio_emulator.core.call import Call
from twilio_emulator.core.errors import invalid_parameter

DEFAULT_SIZE, MAX_SIZE = 50, 1000


def page(
    call: Call, items: list[dict[str, Any]], key: str, *, default_size: int = DEFAULT_SIZE, max_size: int = MAX_SIZE
) -> dict[str, Any]:
    """One page of a list with its `meta`, as every product but api 2010 gives it."""
    number, size = _numbers(call, default_size, max_size)
    more = (number + 1) * size < len(items)

    def url(at: int) -> str:
        return f"{call.url_base}{call.path}?{_query(call, size, at)}"

    return {
        key: items[number * size : (number + 1) * size],
        "meta": {
            "page": number,
            "page_size": size,
            "first_page_url": url(0),
            "previous_page_url": url(number - 1) if number else None,
            "url": url(number),
            "next_page_url": url(number + 1) if more else None,
            "key": key,
        },
    }


def page2010(call: Call, items: list[dict[str, Any]], key: str) -> dict[str, Any]:
    """One page of a list as api.twilio.com gives it: flat, with relative addresses."""
    number, size = _numbers(call, DEFAULT_SIZE, MAX_SIZE)
    more = (number + 1) * size < len(items)
    shown = items[number * size : (number + 1) * size]

    def uri(at: int) -> str:
        return f"{call.path}?{_query(call, size, at)}"

    return {
        key: shown,
        "first_page_uri": uri(0),
        "previous_page_uri": uri(number - 1) if number else None,
        "next_page_uri": uri(number + 1) if more else None,
        "uri": uri(number),
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": number * size + max(len(shown) - 1, 0),
    }


def _numbers(call: Call, default_size: int, max_size: int) -> tuple[int, int]:
    number = call.query.int("Page", 0) or 0
    size = call.query.int("PageSize", default_size)
    if number < 0:
        raise invalid_parameter("Page", "it must not be negative")
    if size is None or not 1 <= size <= max_size:
        raise invalid_parameter("PageSize", f"1 to {max_size} is allowed")
    return number, size


def _query(call: Call, size: int, at: int) -> str:
    kept = [(name, value) for name, value in call.query.pairs() if name not in {"Page", "PageSize", "PageToken"}]
    token = [("PageToken", f"PT{at}")] if at else []
    return urlencode([*kept, ("PageSize", size), ("Page", at), *token])
