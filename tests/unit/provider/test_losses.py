"""What a delete loses for good is said where people read about the type."""

import json
from pathlib import Path

import twilio_provider
from twilio_provider.catalogue.load import load
from twilio_provider.paths import holds_others

HOME = Path(twilio_provider.__file__).parents[1]
# They hold others that a program makes again, or that come back by themselves.
NOTHING_FOR_GOOD = {
    "taskrouter:Worker",
    "serverless:Function",
    "serverless:Asset",
    "events:Subscription",
    "verify:RateLimit",
    "voice:ConnectionPolicy",
    "sip:IpAccessControlList",
    "supersim:NetworkAccessProfile",
    "flex:Plugin",
}


def test_every_type_that_holds_others_says_what_is_lost_with_it() -> None:
    """Or is known to lose nothing."""
    catalogue = load()
    holders = {r.name for r in catalogue.resources if not r.singleton and holds_others(catalogue, r)}
    saying = {resource.name for resource in catalogue.resources if resource.lost}
    assert holders - saying == NOTHING_FOR_GOOD
    assert not saying & NOTHING_FOR_GOOD


def test_the_description_names_the_loss_and_both_options() -> None:
    """In the schema, hence in every SDK and in the reference."""
    schema = json.loads((HOME / "schema.json").read_text("utf-8"))
    for resource in load().resources:
        text = schema["resources"][resource.token]["description"]
        assert (resource.lost in text) is True
        assert ("`protect`" in text) is bool(resource.lost), resource.token
        assert ("`retainOnDelete`" in text) is bool(resource.lost), resource.token
        page = (HOME / "docs" / "reference" / f"{resource.token.split(':')[1]}.md").read_text("utf-8")
        assert resource.lost in page
