"""Sync through the official client: names, revisions, expiry, limits."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException

from tests.contract.clients import client_by_address
from twilio_emulator.testing import Emulator


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """One for all tests of this file: each test has a service of its own."""
    with Emulator() as started:
        yield started


@pytest.fixture
def service(emulator: Emulator) -> Any:
    """A fresh service, as the official client sees it."""
    services = client_by_address(emulator).sync.v1.services
    return services(services.create(friendly_name="test").sid)


def refusal(call: Any, **given: Any) -> tuple[int, int]:
    """Status and code of a call that must be refused."""
    with pytest.raises(TwilioRestException) as refused:
        call(**given)
    return refused.value.status, refused.value.code


def test_a_service_is_made_changed_and_deleted(emulator: Emulator) -> None:
    """The life of a service, with what it holds."""
    services = client_by_address(emulator).sync.v1.services
    made = services.create(friendly_name="one", acl_enabled=True)
    assert (made.friendly_name, made.acl_enabled, made.reachability_debouncing_window) == ("one", True, 5000)
    services(made.sid).documents.create(unique_name="held")
    assert services(made.sid).update(friendly_name="two").friendly_name == "two"
    assert services(made.sid).fetch().links["maps"].endswith(f"/v1/Services/{made.sid}/Maps")
    assert services(made.sid).delete()
    assert refusal(services(made.sid).fetch)[0] == 404
    assert refusal(services(made.sid).documents("held").fetch)[0] == 404


def test_the_default_service_is_there_from_the_start(emulator: Emulator) -> None:
    """`default` names the same service every time."""
    services = client_by_address(emulator).sync.v1.services
    assert services("default").fetch().sid == services("default").fetch().sid


def test_a_document_is_found_by_name_and_by_sid(service: Any) -> None:
    """Both are addresses of the same document."""
    made = service.documents.create(unique_name="park_1", data={"state": "parking"})
    assert service.documents("park_1").fetch().sid == made.sid
    assert service.documents(made.sid).fetch().data == {"state": "parking"}
    assert made.revision == "0"


def test_a_taken_name_answers_54301(service: Any) -> None:
    """Of two parks at once, one makes the record."""
    service.documents.create(unique_name="one")
    assert refusal(service.documents.create, unique_name="one") == (409, 54301)
    service.sync_maps.create(unique_name="one")  # names are unique by type
    assert refusal(service.sync_maps.create, unique_name="one") == (409, 54301)


def test_what_is_not_there_answers_its_own_code(service: Any) -> None:
    """Unique names, SIDs and items have codes of their own."""
    assert refusal(service.documents("nobody").fetch) == (404, 54300)
    assert refusal(service.documents("ET" + "0" * 32).fetch) == (404, 54100)
    assert refusal(service.sync_maps("MP" + "0" * 32).fetch) == (404, 54200)
    service.sync_maps.create(unique_name="there")
    assert refusal(service.sync_maps("there").sync_map_items("nobody").fetch) == (404, 54201)
    assert refusal(service.sync_maps("nowhere").sync_map_items("nobody").fetch) == (404, 54300)


def test_a_document_changes_only_from_the_revision_named(service: Any) -> None:
    """Compare-and-set: of two writers that read the same revision, one wins and the other learns it (412, 54103)."""
    document = service.documents
    document.create(unique_name="cas", data={"n": 0})
    read = document("cas").fetch()
    won = document("cas").update(data={"n": 1}, if_match=read.revision)
    assert won.revision == "1"
    assert refusal(document("cas").update, data={"n": 2}, if_match=read.revision) == (412, 54103)
    assert document("cas").fetch().data == {"n": 1}
    assert document("cas").update(data={"n": 3}).revision == "2"  # without If-Match the last one wins


def test_revisions_are_hexadecimal(service: Any) -> None:
    """Sixteen changes on, the revision has two digits."""
    service.documents.create(unique_name="often")
    for _ in range(16):
        last = service.documents("often").update(data={"x": 1})
    assert last.revision == "10"


def test_a_map_item_has_one_owner_of_its_key(service: Any) -> None:
    """A key is taken once (409, 54208), also one with signs that a path must encode."""
    service.sync_maps.create(unique_name="list")
    items = service.sync_maps("list").sync_map_items
    items.create(key="CH1", data={"a": 1})
    assert refusal(items.create, key="CH1", data={"a": 2}) == (409, 54208)
    assert items("CH1").update(data={"a": 2}, if_match="0").data == {"a": 2}
    assert refusal(items("CH1").update, data={"a": 3}, if_match="0") == (412, 54205)
    assert items("CH1").delete()
    assert refusal(items("CH1").delete) == (404, 54201)


def test_an_item_is_deleted_only_at_the_revision_named(service: Any, emulator: Emulator) -> None:
    """If-Match holds for DELETE too; sent by hand, since the official Python client drops it there."""
    made = service.sync_maps.create(unique_name="list")
    service.sync_maps("list").sync_map_items.create(key="a/b", data={})
    address = f"{emulator.url}/sync.twilio.com/v1/Services/{made.service_sid}/Maps/list/Items/a%2Fb"
    auth = (emulator.account_sid, emulator.auth_token)
    refused = httpx.delete(address, auth=auth, headers={"If-Match": "1"})
    assert (refused.status_code, refused.json()["code"]) == (412, 54205)
    assert httpx.delete(address, auth=auth, headers={"If-Match": "0"}).status_code == 204


def test_map_items_are_listed_by_key(service: Any) -> None:
    """Ascending unless asked otherwise, from a key on, page by page."""
    service.sync_maps.create(unique_name="list")
    items = service.sync_maps("list").sync_map_items
    for key in ("c", "a", "d", "b"):
        items.create(key=key, data={})
    assert [item.key for item in items.list(page_size=3)] == ["a", "b", "c", "d"]
    assert [item.key for item in items.list(order="desc")] == ["d", "c", "b", "a"]
    assert [item.key for item in items.list(from_="b", bounds="exclusive")] == ["c", "d"]


def test_list_items_keep_their_index(service: Any) -> None:
    """An index is never given twice."""
    service.sync_lists.create(unique_name="log")
    items = service.sync_lists("log").sync_list_items
    assert [items.create(data={"n": n}).index for n in range(3)] == [0, 1, 2]
    items(1).delete()
    assert items.create(data={"n": 3}).index == 3
    assert [item.data["n"] for item in items.list()] == [0, 2, 3]
    assert items(0).fetch().list_sid == service.sync_lists("log").fetch().sid


def test_what_has_a_time_to_live_ends_by_the_clock(service: Any, emulator: Emulator) -> None:
    """An expired document or item is gone and its name is free; TTL 0 takes the end away."""
    service.documents.create(unique_name="short", ttl=60)
    service.documents.create(unique_name="kept", ttl=60)
    assert service.documents("short").fetch().date_expires is not None
    assert service.documents("kept").update(ttl=0).date_expires is None
    service.sync_maps.create(unique_name="list")
    items = service.sync_maps("list").sync_map_items
    items.create(key="CH1", data={}, item_ttl=60)
    items.create(key="CH2", data={})
    emulator.control("POST", "/clock", {"advance": 61})
    assert refusal(service.documents("short").fetch)[0] == 404
    assert service.documents("kept").fetch().unique_name == "kept"
    assert [item.key for item in items.list()] == ["CH2"]
    assert items.create(key="CH1", data={"again": True}).revision == "0"
    assert service.documents.create(unique_name="short").unique_name == "short"


def test_more_than_16_kib_answer_54006(service: Any) -> None:
    """The limit is that of the data as compact JSON, in bytes."""
    room = 16 * 1024 - len(json.dumps({"x": ""}, separators=(",", ":")))
    service.documents.create(unique_name="full", data={"x": "a" * room})
    assert refusal(service.documents.create, data={"x": "a" * (room + 1)})[1] == 54006
    assert refusal(service.documents("full").update, data={"x": "é" * (room // 2 + 1)})[1] == 54006


def test_use_is_limited_where_the_switch_says_so(service: Any, emulator: Emulator) -> None:
    """20 a second for 10 s, and 2 of large ones: then 429 with 54009, until time has passed."""
    hot = service.documents(service.documents.create(unique_name="hot").sid)
    large = {"x": "a" * 10 * 1024}
    emulator.control("POST", "/switches", {"sync_rate_limits": True})
    try:
        for _ in range(20):
            hot.update(data=large)
        assert refusal(hot.update, data=large) == (429, 54009)
        for n in range(180):
            hot.update(data={"n": n})
        assert refusal(hot.update, data={}) == (429, 54009)
        assert hot.fetch().data == {"n": 179}
        emulator.control("POST", "/clock", {"advance": 10})
        assert hot.update(data={"n": 180}).data == {"n": 180}
    finally:
        emulator.control("POST", "/switches", {"sync_rate_limits": False})


def test_answers_carry_the_revision_as_etag(service: Any, emulator: Emulator) -> None:
    """REST clients send it back in If-Match, quoted as it came."""
    made = service.documents.create(unique_name="tagged", data={})
    address = f"{emulator.url}/sync.twilio.com/v1/Services/{made.service_sid}/Documents/{made.sid}"
    auth = (emulator.account_sid, emulator.auth_token)
    tag = httpx.get(address, auth=auth).headers["etag"]
    assert tag == '"0"'
    assert httpx.post(address, auth=auth, data={"Data": "{}"}, headers={"If-Match": tag}).status_code == 200
    assert httpx.post(address, auth=auth, data={"Data": "{}"}, headers={"If-Match": tag}).status_code == 412


def test_data_that_is_no_json_is_refused(service: Any) -> None:
    """400, and nothing is made."""
    assert refusal(service.documents.create, unique_name="bad", data="{")[0] == 400
    assert refusal(service.documents("bad").fetch)[0] == 404
