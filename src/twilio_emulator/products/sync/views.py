"""JSON of Sync's resources."""

from typing import Any

from twilio_emulator.core.dates import iso_or_none
from twilio_emulator.products.sync.objects import revision

_HIDDEN = frozenset({"expires", "next_index", "collection_sid"})


def service(base: str, doc: dict[str, Any]) -> dict[str, Any]:
    """A service."""
    url = f"{base}/v1/Services/{doc['sid']}"
    return {
        **doc,
        "url": url,
        "links": {name.lower(): f"{url}/{name}" for name in ("Documents", "Lists", "Maps", "Streams")},
    }


def document(base: str, doc: dict[str, Any]) -> dict[str, Any]:
    """A document with its data."""
    return _object(f"{base}/v1/Services/{doc['service_sid']}/Documents/{doc['sid']}", doc, ("Permissions",))


def collection(base: str, segment: str, doc: dict[str, Any]) -> dict[str, Any]:
    """A list or a map; `segment` is Lists or Maps."""
    return _object(f"{base}/v1/Services/{doc['service_sid']}/{segment}/{doc['sid']}", doc, ("Items", "Permissions"))


def item(base: str, segment: str, address: str, doc: dict[str, Any]) -> dict[str, Any]:
    """An item of a list or a map; `address` is index or key."""
    owner = doc["collection_sid"]
    url = f"{base}/v1/Services/{doc['service_sid']}/{segment}/{owner}/Items/{doc[address]}"
    return {**_shown(doc), f"{segment[:-1].lower()}_sid": owner, "url": url}


def _object(url: str, doc: dict[str, Any], links: tuple[str, ...]) -> dict[str, Any]:
    return {**_shown(doc), "url": url, "links": {name.lower(): f"{url}/{name}" for name in links}}


def _shown(doc: dict[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in doc.items() if name not in _HIDDEN}
    return {**shown, "revision": revision(doc), "date_expires": iso_or_none(doc["expires"])}
