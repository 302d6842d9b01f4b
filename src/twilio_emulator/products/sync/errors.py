"""Sync's own refusals. Source: https://www.twilio.com/docs/api/errors (540xx to 543xx)."""

from twilio_emulator.core.errors import ApiError, not_found


def no_service(sid: str) -> ApiError:
    """404 with 20404 for a service that is not there."""
    return not_found(f"/Services/{sid}")


def no_object(code: int, what: str, *, by_name: bool) -> ApiError:
    """404: 54300 where a unique name was given, else the type's own code."""
    return ApiError(404, 54300, "Unique name not found") if by_name else ApiError(404, code, f"{what} not found")


def no_item(code: int, what: str) -> ApiError:
    """404 for an item of a list or a map."""
    return ApiError(404, code, f"{what} not found")


def name_exists() -> ApiError:
    """409: the unique name is another object's."""
    return ApiError(409, 54301, "Unique name already exists")


def key_exists() -> ApiError:
    """409: the map has an item of that key."""
    return ApiError(409, 54208, "An Item with given key already exists in the Map")


def wrong_revision(code: int, what: str) -> ApiError:
    """412: If-Match names another revision than the current one."""
    return ApiError(412, code, f"The revision of the {what} does not match the expected revision")


def too_large() -> ApiError:
    """413: more than 16 KiB of data."""
    return ApiError(413, 54006, "Request entity too large")


def too_fast() -> ApiError:
    """429: writes come faster than Sync takes them."""
    return ApiError(429, 54009, "Rate limit exceeded")
