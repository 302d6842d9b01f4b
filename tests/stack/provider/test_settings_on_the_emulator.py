"""The ladder of settings that are there without a create and that an environment writes: Flex's Configuration and the
account's Conversations webhooks, by the real engine against the emulator.

The tests of this file take one stack up the ladder in their order.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.stack.provider.emulated import Emulated
from tests.stack.provider.project import Project

PROGRAM = """
import os
import pulumi
import pulumi_twilio as twilio

changed = os.environ.get("RUNG") == "updated"
feature = {"enabled": True, **({"colour": "blue"} if changed else {})}
twilio.flex.Configuration("flex", ui_attributes={"custom_data": {"features": {"park_interaction": feature}}})
twilio.conversations.ConfigurationWebhook(
    "webhooks", filters=["onMessageAdded", *(["onConversationAdded"] if changed else [])], method="GET"
)
"""
WEBHOOKS = ("conversations.twilio.com", "/v1/Configuration/Webhooks")
FLEX = ("flex-api.twilio.com", "/v1/Configuration")
THEIRS = {"theirs": {"colour": "red"}, "custom_data": {"features": {"another": {"enabled": True}}}}


class Ladder(Project):
    """A stack, and the account's settings as they are."""

    def now(self) -> dict[str, Any]:
        """What the account says of both, without dates."""
        shown = [self.twilio.api("GET", *place) for place in (FLEX, WEBHOOKS)]
        return {
            n: v for body in shown for n, v in body.items() if n in {"ui_attributes", "filters", "method", "target"}
        }


class WithFlex(Emulated):
    """The emulator with an account that has Flex, and somebody else's keys in its Configuration."""

    def __init__(self) -> None:
        super().__init__()
        self.emulator.control("POST", "/flex-account", {"accountSid": self.account})
        self.api("POST", *FLEX, json={"account_sid": self.account, "ui_attributes": THEIRS})

    def api(self, method: str, host: str, path: str, **body: Any) -> dict[str, Any]:
        """A call as the account."""
        credentials = (self.account, self.token)
        answer = httpx.request(method, f"{self.url}/{host}{path}", auth=credentials, trust_env=False, **body)
        return dict(answer.raise_for_status().json())


@pytest.fixture(scope="module")
def ladder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ladder]:
    """A stack that is not up yet."""
    with WithFlex() as twilio:
        yield opened(tmp_path_factory.mktemp("settings"), twilio)


def opened(folder: Path, twilio: Emulated) -> Ladder:
    made = Ladder(folder, twilio)
    (folder / "__main__.py").write_text(PROGRAM)
    assert made.pulumi("stack", "init", "dev").code == 0
    return made


def writes(requests: list[str]) -> list[str]:
    return sorted(request for request in requests if not request.startswith("GET"))


BOTH = [f"POST {FLEX[1]}", f"POST {WEBHOOKS[1]}"]


def test_a_preview_asks_nothing_and_an_up_writes_each_once(ladder: Ladder) -> None:
    """After a look at what was there before; others' keys stay."""
    preview = ladder.pulumi("preview", "--diff")
    assert (preview.code, preview.requests) == (0, []), preview.text
    ran = ladder.up()
    assert writes(ran.requests) == BOTH
    assert len(ran.requests) == 2 * len(BOTH)
    ours = {"another": {"enabled": True}, "park_interaction": {"enabled": True}}
    assert ladder.now()["ui_attributes"] == {"theirs": {"colour": "red"}, "custom_data": {"features": ours}}
    assert ladder.now()["filters"] == ["onMessageAdded"]


def test_a_second_up_and_a_refresh_change_nothing(ladder: Ladder) -> None:
    """The one without any request."""
    again = ladder.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")
    assert (again.code, again.requests) == (0, []), again.text
    refreshed = ladder.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert refreshed.code == 0, refreshed.text


def test_an_update_writes_each_once_more(ladder: Ladder) -> None:
    """And then nothing is left to do."""
    ran = ladder.pulumi("up", "--yes", "--skip-preview", RUNG="updated")
    assert ran.code == 0, ran.text
    assert writes(ran.requests) == BOTH
    assert ladder.pulumi("preview", "--expect-no-changes", RUNG="updated").code == 0
    assert ladder.now()["filters"] == ["onMessageAdded", "onConversationAdded"]


def test_what_somebody_else_changed_is_noticed(ladder: Ladder) -> None:
    """A refresh sees it, and an up sets ours again."""
    ladder.twilio.api("POST", *WEBHOOKS, data={"Method": "POST"})
    refreshed = ladder.pulumi("refresh", "--yes", "--skip-preview", RUNG="updated")
    assert refreshed.code == 0, refreshed.text
    ran = ladder.pulumi("up", "--yes", "--skip-preview", RUNG="updated")
    assert writes(ran.requests) == BOTH[1:], ran.text
    assert ladder.now()["method"] == "GET"


def test_an_import_by_id_is_followed_by_an_empty_preview(ladder: Ladder, tmp_path: Path) -> None:
    """Of both; and what was imported is left as it is when it goes, since nobody knows what was there before."""
    other = opened(tmp_path, ladder.twilio)
    found = {name: r for name, r in ladder.state().items() if r["type"].startswith("twilio:")}
    wanted = [{"type": r["type"], "name": name, "id": r["id"]} for name, r in found.items()]
    (tmp_path / "import.json").write_text(json.dumps({"resources": wanted}))
    done = other.pulumi("import", "--file", "import.json", "--yes", "--generate-code=false", "--protect=false")
    assert done.code == 0, done.text
    preview = other.pulumi("preview", "--diff", "--expect-no-changes", RUNG="updated")
    assert preview.code == 0, preview.text
    before = ladder.now()
    gone = other.pulumi("destroy", "--yes", "--skip-preview")
    assert (gone.code, writes(gone.requests)) == (0, []), gone.text
    assert ladder.now() == before


def test_a_destroy_puts_back_what_was_there_before(ladder: Ladder) -> None:
    """All of it, and a second one is content."""
    for _ in range(2):
        done = ladder.pulumi("destroy", "--yes", "--skip-preview")
        assert done.code == 0, done.text
    assert ladder.now() == {"ui_attributes": THEIRS, "filters": [], "method": "POST", "target": "webhook"}
