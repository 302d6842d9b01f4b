"""Dates and pages have Twilio's form."""

from datetime import UTC, datetime

import pytest

from twilio_emulator.core.call import Call, Params
from twilio_emulator.core.dates import iso, iso_or_none, rfc2822
from twilio_emulator.core.errors import ApiError
from twilio_emulator.core.paging import page, page2010

MOMENT = datetime(2026, 1, 31, 9, 30, 5, 999_999, UTC)


def call(*query: tuple[str, str]) -> Call:
    """A list's call."""
    return Call("GET", "sync.twilio.com", "/v1/Services", {}, Params(query), Params(), None, {}, "AC1")


def test_each_product_has_its_form_of_dates() -> None:
    """RFC 3339, and RFC 2822 for api 2010; both cut what is below a second."""
    assert iso(MOMENT) == "2026-01-31T09:30:05Z"
    assert rfc2822(MOMENT) == "Sat, 31 Jan 2026 09:30:05 +0000"
    assert iso_or_none(None) is None
    assert iso_or_none(0) == "1970-01-01T00:00:00Z"


def test_a_middle_page_leads_both_ways() -> None:
    """Filters stay in the addresses."""
    items = [{"n": n} for n in range(5)]
    found = page(call(("PageSize", "2"), ("Page", "1"), ("Status", "active")), items, "services")
    assert found["services"] == [{"n": 2}, {"n": 3}]
    base = "https://sync.twilio.com/v1/Services?Status=active&PageSize=2"
    assert found["meta"]["previous_page_url"] == f"{base}&Page=0"
    assert found["meta"]["next_page_url"] == f"{base}&Page=2&PageToken=PT2"
    assert found["meta"]["key"] == "services"


def test_the_last_page_leads_nowhere() -> None:
    """Null, not an empty page."""
    assert page(call(), [{}], "services")["meta"]["next_page_url"] is None
    assert page(call(), [], "services")["meta"]["next_page_url"] is None


def test_api_2010_pages_are_flat() -> None:
    """With relative addresses and positions."""
    found = page2010(call(("PageSize", "2"), ("Page", "1")), [{}] * 3, "keys")
    assert (found["start"], found["end"], found["next_page_uri"]) == (2, 2, None)
    assert found["previous_page_uri"] == "/v1/Services?PageSize=2&Page=0"


@pytest.mark.parametrize("text", ["x", "1.5"])
def test_a_number_that_is_none_is_refused(text: str) -> None:
    """400 with 20001, and the parameter's name."""
    with pytest.raises(ApiError, match="Ttl") as refused:
        Params([("Ttl", text)]).int("Ttl")
    assert (refused.value.status, refused.value.code) == (400, 20001)
