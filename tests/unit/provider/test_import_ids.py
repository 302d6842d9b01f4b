"""Ids that are none of their type: refused before Twilio is asked, with what one looks like."""

import re

import pytest
from twilio_provider.catalogue.load import load
from twilio_provider.catalogue.model import ResourceType
from twilio_provider.paths import BadId, parse_id

TYPES = load().resources
HEX = "0123456789abcdef" * 2


def an_id(resource: ResourceType) -> str:
    """A right one, of SIDs and names of the right kind."""
    prefixes = dict(resource.prefixes)
    template = resource.item.removeprefix(f"/{resource.version}/").removesuffix(".json")

    def part(match: re.Match[str]) -> str:
        prefix = resource.sid if match[1] == resource.own else prefixes.get(match[1])
        return "a-name" if not prefix and prefix is not None else (prefix or "XX") + HEX

    return re.sub(r"\{(\w+)\}", part, template)


def wrong_ids(resource: ResourceType) -> dict[str, str]:
    """What people paste instead, by what it is; of each type those that it can have."""
    right = an_id(resource)
    head, _, last = right.rpartition("/")
    found = {
        "nothing": "",
        "a name": "the one I mean",
        "a path too long": f"{right}/More",
        "a path with a version": f"/{resource.version}/{right}",
        "a URL": f"https://{resource.host}/{resource.version}/{right}",
        "a path that leaves": f"../{right}",
        "a path with a query": f"{right}/?x=1",
        "a path of another type": f"Others/{right}",
    }
    if resource.sid:
        found |= {
            "a SID alone": last,
            "a SID of another type": f"{head}/ZZ{HEX}",
            "a SID too short": right[:-1],
            "a SID too long": f"{right}0",
            "a SID of other letters": f"{right[:-1]}g",
        }
    return found


@pytest.mark.parametrize("resource", TYPES, ids=[resource.name for resource in TYPES])
def test_what_is_no_id_of_a_type_is_refused(resource: ResourceType) -> None:
    """Of every type, and a right one is taken apart."""
    assert parse_id(resource, an_id(resource)).keys() >= {*resource.parents}
    wrong = wrong_ids(resource)
    assert len(wrong) >= 8
    taken = {}
    for what, text in wrong.items():
        try:
            taken[what] = parse_id(resource, text)
        except BadId as refusal:
            assert "an id has the form" in str(refusal)
    assert taken == {}
