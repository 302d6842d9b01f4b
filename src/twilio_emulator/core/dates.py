"""Dates as Twilio writes them: RFC 3339 in the newer products, RFC 2822 in api 2010. Microseconds are cut."""

from datetime import UTC, datetime
from email.utils import format_datetime


def iso(moment: datetime) -> str:
    """`2026-01-31T09:30:00Z`; the moment must be in UTC."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_or_none(timestamp: float | None) -> str | None:
    """The same from seconds since 1970, or None."""
    return None if timestamp is None else iso(datetime.fromtimestamp(timestamp, UTC))


def rfc2822(moment: datetime) -> str:
    """`Sat, 31 Jan 2026 09:30:00 +0000`."""
    return format_datetime(moment.replace(microsecond=0))
