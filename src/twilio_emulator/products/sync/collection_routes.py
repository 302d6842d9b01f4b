"""Routes of lists and maps and of their items: the same ones twice."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from twilio_emulator.core.call import Call, Reply
from twilio_emulator.core.errors import invalid_parameter, missing_parameter
from twilio_emulator.core.paging import page
from twilio_emulator.core.routing import Route
from twilio_emulator.core.world import World
from twilio_emulator.products.sync import collections, objects, views
from twilio_emulator.products.sync.collections import LIST_ITEMS, MAP_ITEMS, Items
from twilio_emulator.products.sync.limits import count_read
from twilio_emulator.products.sync.parameters import given_data, item_changes, service_of, with_etag


@dataclass(frozen=True)
class _Handlers:
    """The handlers of one type of collection; `segment` is Lists or Maps, `owner` the name of its SID in paths of
    items.
    """

    items: Items
    segment: str
    owner: str
    item: str

    def create(self, world: World, call: Call) -> Reply:
        ttl = call.form.int("CollectionTtl", call.form.int("Ttl"))
        doc = collections.create(
            world, self.items.collection, service_of(world, call), call.form.get("UniqueName"), ttl
        )
        return with_etag(201, views.collection(call.url_base, self.segment, doc))

    def every(self, world: World, call: Call) -> dict[str, Any]:
        found = objects.every(world, self.items.collection, service_of(world, call))
        shown = [views.collection(call.url_base, self.segment, doc) for doc in found]
        return page(call, shown, self.segment.lower(), max_size=100)

    def fetch(self, world: World, call: Call) -> Reply:
        doc = objects.fetch(world, self.items.collection, service_of(world, call), call.vars["Sid"])
        count_read(world, doc["sid"])
        return with_etag(200, views.collection(call.url_base, self.segment, doc))

    def update(self, world: World, call: Call) -> Reply:
        ttl = call.form.int("CollectionTtl", call.form.int("Ttl"))
        doc = collections.update(world, self.items.collection, service_of(world, call), call.vars["Sid"], ttl)
        return with_etag(200, views.collection(call.url_base, self.segment, doc))

    def delete(self, world: World, call: Call) -> Reply:
        kind = self.items.collection
        objects.delete(world, kind, objects.fetch(world, kind, service_of(world, call), call.vars["Sid"]))
        return Reply(204)

    def create_item(self, world: World, call: Call) -> Reply:
        owner = self._owner(world, call)
        key = None
        if self.items is MAP_ITEMS:
            key = call.form.get("Key")
            if not key:
                raise missing_parameter("Key")
        ttl = call.form.int("ItemTtl", call.form.int("Ttl"))
        collection_ttl = call.form.int("CollectionTtl")
        doc = collections.add_item(
            world, self.items, owner, key, data=given_data(call), ttl=ttl, collection_ttl=collection_ttl
        )
        return with_etag(201, self._view(call, doc))

    def every_item(self, world: World, call: Call) -> dict[str, Any]:
        found = collections.every_item(world, self.items, self._owner(world, call))
        return page(call, [self._view(call, doc) for doc in self._bounded(call, found)], "items", max_size=100)

    def fetch_item(self, world: World, call: Call) -> Reply:
        doc = collections.fetch_item(world, self.items, self._owner(world, call), call.vars[self.item])
        return with_etag(200, self._view(call, doc))

    def update_item(self, world: World, call: Call) -> Reply:
        owner, if_match = self._owner(world, call), call.headers.get("if-match")
        doc = collections.update_item(
            world, self.items, owner, call.vars[self.item], changes=item_changes(call), if_match=if_match
        )
        return with_etag(200, self._view(call, doc))

    def delete_item(self, world: World, call: Call) -> Reply:
        owner, if_match = self._owner(world, call), call.headers.get("if-match")
        collections.delete_item(world, self.items, owner, call.vars[self.item], if_match)
        return Reply(204)

    def routes(self) -> list[Route]:
        """The table, with operations named as in Twilio's OpenAPI."""
        noun = f"Sync{self.segment[:-1]}"
        base = f"/v1/Services/{{ServiceSid}}/{self.segment}"
        items = f"{base}/{{{self.owner}}}/Items"
        table: list[tuple[str, str, str, Callable[[World, Call], dict[str, Any] | Reply], int]] = [
            ("POST", base, f"Create{noun}", self.create, 201),
            ("GET", base, f"List{noun}", self.every, 200),
            ("GET", f"{base}/{{Sid}}", f"Fetch{noun}", self.fetch, 200),
            ("POST", f"{base}/{{Sid}}", f"Update{noun}", self.update, 200),
            ("DELETE", f"{base}/{{Sid}}", f"Delete{noun}", self.delete, 204),
            ("POST", items, f"Create{noun}Item", self.create_item, 201),
            ("GET", items, f"List{noun}Item", self.every_item, 200),
            ("GET", f"{items}/{{{self.item}}}", f"Fetch{noun}Item", self.fetch_item, 200),
            ("POST", f"{items}/{{{self.item}}}", f"Update{noun}Item", self.update_item, 200),
            ("DELETE", f"{items}/{{{self.item}}}", f"Delete{noun}Item", self.delete_item, 204),
        ]
        return [Route(*row) for row in table]

    def _owner(self, world: World, call: Call) -> dict[str, Any]:
        owner = objects.fetch(world, self.items.collection, service_of(world, call), call.vars[self.owner])
        if call.method == "GET":
            count_read(world, owner["sid"])
        return owner

    def _view(self, call: Call, doc: dict[str, Any]) -> dict[str, Any]:
        return views.item(call.url_base, self.segment, self.items.address, doc)

    def _bounded(self, call: Call, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        order, bounds = call.query.get("Order", "asc"), call.query.get("Bounds", "inclusive")
        if order not in {"asc", "desc"}:
            raise invalid_parameter("Order", "asc or desc is allowed")
        if bounds not in {"inclusive", "exclusive"}:
            raise invalid_parameter("Bounds", "inclusive or exclusive is allowed")
        ordered = found if order == "asc" else found[::-1]
        if not call.query.get("From"):
            return ordered
        start: Any = call.query.int("From") if self.items is LIST_ITEMS else call.query.get("From")
        name = self.items.address
        after = [doc for doc in ordered if (doc[name] >= start if order == "asc" else doc[name] <= start)]
        return after if bounds == "inclusive" else [doc for doc in after if doc[name] != start]


ROUTES = [
    *_Handlers(LIST_ITEMS, "Lists", "ListSid", "Index").routes(),
    *_Handlers(MAP_ITEMS, "Maps", "MapSid", "Key").routes(),
]
