"""Ids that are none of their type: refused before Twilio is asked, with what one looks like."""

import re
from collections.abc import Mapping
from types import MappingProxyType

import pytest
from twilio_provider.catalogue.load import load
from twilio_provider.catalogue.model import ResourceType
from twilio_provider.paths import BadId, parse_id

from tests.unit.provider.engine_kit import Engine
from tests.unit.provider.fake_twilio import FakeTwilio
from tests.unit.provider.inventory import make

TYPES = load().resources
HEX = "0123456789abcdef" * 2


def an_id(resource: ResourceType, instead: Mapping[str, str] = MappingProxyType({})) -> str:
    """A right one, of SIDs and names of the right kind; of parts that are in ``instead``, what is said there."""
    prefixes = dict(resource.prefixes)
    template = resource.item.removeprefix(f"/{resource.version}/").removesuffix(".json")

    def part(match: re.Match[str]) -> str:
        if match[1] in instead:
            return instead[match[1]]
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
    of_another = {
        f"a {parent} of another type": an_id(resource, {parent: f"ZZ{HEX}"})
        for parent, prefix in resource.prefixes
        if prefix
    }
    return found | of_another


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


def test_the_refusal_says_whose_sids_belong_there() -> None:
    """Of the parents too."""
    resource = load().resource("twilio:taskrouter:TaskQueue")
    assert resource is not None
    with pytest.raises(BadId, match=r"form Workspaces/WS\.\.\./TaskQueues/WQ\.\.\."):
        parse_id(resource, f"Workspaces/WW{HEX}/TaskQueues/WQ{HEX}")


@pytest.mark.parametrize("resource", TYPES, ids=[resource.name for resource in TYPES])
def test_digits_in_capitals_are_the_same_sid_and_a_name_is_kept(resource: ResourceType) -> None:
    """Twilio writes them small, and in a listing nothing else is found; a name in the path may be anything."""
    small = an_id(resource)
    large = small.replace(HEX, HEX.upper())
    assert parse_id(resource, large) == parse_id(resource, small)
    names = {name: f"AB{HEX.upper()}" for name, prefix in resource.prefixes if prefix == ""}
    names |= {resource.own: f"AB{HEX.upper()}"} if resource.own and not resource.sid else {}
    assert parse_id(resource, an_id(resource, names)).items() >= names.items()


def test_an_import_records_the_id_as_twilio_writes_it(engine: Engine, twilio: FakeTwilio) -> None:
    """Or every refresh would look for one that no listing has."""
    for number in range(10):  # until the SIDs that are given out have letters among their digits
        twilio.add("sync.twilio.com", "/v1/Services", friendly_name=str(number))
    made = make(engine, "twilio:taskrouter:TaskQueue")
    head, digits = made.identity[:-32], made.identity[-32:]
    assert digits != digits.upper()
    imported = engine.import_(made.token, f"/{head}{digits.upper()}/")
    assert imported is not None
    assert imported.identity == made.identity
    assert twilio.seen()[-1] == f"GET /v1/{made.identity}"
