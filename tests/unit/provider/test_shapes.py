"""Wrong kinds below the first level: told at their paths, all at once, and never what a secret holds."""

from typing import Any

import pytest
from twilio_provider.catalogue.load import load
from twilio_provider.check import check
from twilio_provider.shapes import misfits
from twilio_provider.values import UNKNOWN, Secret

WEBHOOKS = "twilio:conversations:ConfigurationWebhook"
BUILD = "twilio:serverless:Build"
SUBSCRIPTION = "twilio:events:Subscription"
SERVICE, VERSION, SINK = "ZS" + "1" * 32, "ZN" + "2" * 32, "DG" + "3" * 32


def failures(token: str, inputs: dict[str, Any]) -> dict[str, str]:
    resource = load().resource(token)
    assert resource is not None
    return dict(check(resource, inputs, {}, lambda asset: asset).failures)


def test_elements_are_checked_at_their_paths_all_at_once() -> None:
    """Of lists, of maps and of objects that the schema describes."""
    assert failures(WEBHOOKS, {"filters": [1, "onMessageAdded", {"a": 2}, None]}) == {
        "filters[0]": "must be a string, not an integer",
        "filters[2]": "must be a string, not an object",
        "filters[3]": "must be a string, not a null",
    }
    wrong = failures(BUILD, {"serviceSid": SERVICE, "functionVersions": [5, "x"], "dependencies": {"a": 1, "b/c": []}})
    assert wrong["functionVersions[0]"] == "must be a string, not an integer"
    assert wrong["functionVersions[1]"].startswith("must be a SID")
    assert wrong["dependencies.a"] == "must be a string, not an integer"
    assert wrong['dependencies["b/c"]'] == "must be a string, not an array"
    types = [{"type": "a", "schemaVersion": "2"}, {"schemaVersion": 1, "more": 1}, "a"]
    assert failures(SUBSCRIPTION, {"description": "x", "sinkSid": SINK, "types": types}) == {
        "types[0].schemaVersion": "must be an integer, not a string",
        "types[1].type": "is required",
        "types[1].more": "is not a property of it; there are: type, schemaVersion",
        "types[2]": "must be an object, not a string",
    }
    assert failures("twilio:flex:PluginConfiguration", {"name": "x", "plugins": ["FV1"]}) == {
        "plugins[0]": "must be an object, not a string"
    }


def test_what_is_not_known_yet_may_be_anything_and_what_is_beside_it_is_checked() -> None:
    """At preview, an element of a list may come from a resource that is not made yet."""
    assert failures(WEBHOOKS, {"filters": [UNKNOWN, 1]}) == {"filters[1]": "must be a string, not an integer"}
    assert failures(BUILD, {"serviceSid": SERVICE, "functionVersions": [UNKNOWN], "dependencies": {"a": UNKNOWN}}) == {}


def test_of_what_is_hidden_no_path_is_named() -> None:
    """The engine prints the value at the path of a failure; at that of a secret input it is told to hide it."""
    assert failures(WEBHOOKS, {"filters": Secret(["a", 1])}) == {
        "filters": "filters[1] must be a string, not an integer"
    }


def test_a_build_takes_versions_by_sid_and_by_id() -> None:
    """And comes back with SIDs alone."""
    resource = load().resource(BUILD)
    assert resource is not None
    path = f"Services/{SERVICE}/Functions/ZH{'4' * 32}/Versions/{VERSION}"
    given = {"serviceSid": SERVICE, "functionVersions": [path, VERSION]}
    checked = check(resource, given, {}, lambda asset: asset)
    assert (checked.inputs["functionVersions"], checked.failures) == ([VERSION, VERSION], [])


@pytest.mark.parametrize("value", [1, 1.5, True, "x", [1], {"a": 1}, None])
def test_where_the_schema_says_nothing_anything_fits(value: Any) -> None:
    """Attributes, configurations, rules: Twilio's reference says what is in them."""
    assert list(misfits({"$ref": "pulumi.json#/Any"}, value, "x")) == []
    assert list(misfits({"type": "array"}, [value], "x")) == []


@pytest.mark.parametrize("form", ["{}", "/{}", "Services/{}/", "/v1/Services/{}"])
def test_a_sid_is_taken_as_people_paste_it_and_kept_as_twilio_writes_it(form: str) -> None:
    """With slashes around it, as an id, with digits in capitals: all of them are one parent, and no difference."""
    digits = "0123456789abcdef" * 2
    for given in (digits, digits.upper()):
        resource = load().resource("twilio:sync:Document")
        assert resource is not None
        checked = check(resource, {"serviceSid": form.format("IS" + given)}, {}, lambda asset: asset)
        assert (checked.inputs, checked.failures) == ({"serviceSid": "IS" + digits}, [])


def test_a_name_in_a_path_that_looks_like_a_sid_is_kept_as_it_is() -> None:
    """An identity may be anything."""
    resource = load().resource("twilio:sync:MapPermission")
    assert resource is not None
    given = {"serviceSid": "IS" + "1" * 32, "mapSid": "MP" + "1" * 32, "identity": "AB" + "C" * 32}
    assert check(resource, given, {}, lambda asset: asset).inputs["identity"] == "AB" + "C" * 32
