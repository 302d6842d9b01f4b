"""What the real engine makes of a resource that is half made: nothing is lost, and the next up goes on with it."""

import json
from datetime import UTC, datetime, timedelta

from tests.stack.provider.project import Project
from tests.unit.provider.fake_twilio import ACCOUNT, Fault

SETTINGS = 'twilio.conversations.Configuration("settings", default_closed_timer="PT10M", opts=opts)'
STORED = ("conversations", "/v1/Configuration")
OF_FLEX = 'twilio.flex.Configuration("flex", ui_attributes={"ours": {"x": 1}}, opts=opts)'
WORKSPACE = """
twilio.taskrouter.Workspace("workspace", friendly_name="Park", default_activity_sid="WA" + "1" * 32, opts=opts)
"""


def test_settings_whose_write_ended_nobody_knows_how_are_put_back_in_the_end(project: Project) -> None:
    """All its attempts fail after their effect; what was there before is recorded, the next up succeeds."""
    project.twilio.items[STORED] = {"account_sid": ACCOUNT, "default_closed_timer": "P1D"}
    project.twilio.faults.append(Fault("POST", "/v1/Configuration$", 500, times=6, after=True))
    project.program(SETTINGS)
    failed = project.pulumi("up", "--yes", "--skip-preview")
    assert failed.code != 0
    assert "The fault is Twilio's: run it again" in failed.text
    assert "settings" in project.state()
    project.up()
    assert project.pulumi("preview", "--expect-no-changes").code == 0
    assert project.pulumi("destroy", "--yes", "--skip-preview").code == 0
    assert project.twilio.items[STORED]["default_closed_timer"] == "P1D"


def test_settings_that_were_not_written_after_all_are_written_by_the_next_up(project: Project) -> None:
    """The same error, before its effect: a refresh sees what is so."""
    project.twilio.items[STORED] = {"account_sid": ACCOUNT, "default_closed_timer": "P1D"}
    project.twilio.faults.append(Fault("POST", "/v1/Configuration$", 500, times=6))
    project.program(SETTINGS)
    assert project.pulumi("up", "--yes", "--skip-preview").code != 0
    project.up()
    assert project.twilio.items[STORED]["default_closed_timer"] == "PT10M"
    assert project.pulumi("destroy", "--yes", "--skip-preview").code == 0
    assert project.twilio.items[STORED]["default_closed_timer"] == "P1D"


def test_a_create_whose_second_request_is_refused_is_not_made_again(project: Project) -> None:
    """The Workspace exists; only its default activity could not be set."""
    project.twilio.faults.append(Fault("POST", "Workspaces/", 400, body={"code": 20001, "message": "No such activity"}))
    project.program(WORKSPACE)
    assert project.pulumi("up", "--yes", "--skip-preview").code != 0
    project.up()
    (workspace,) = project.twilio.items.values()
    assert workspace["default_activity_sid"] == "WA" + "1" * 32


def test_settings_that_a_killed_run_wrote_are_taken_away_in_the_end(project: Project) -> None:
    """The state knows nothing of them; whoever starts the engine tells that they were being written."""
    project.program(OF_FLEX)
    project.up()
    urn = project.state()["flex"]["urn"]
    assert project.pulumi("state", "delete", urn, "--yes").code == 0
    now = datetime.now(UTC)
    times = {"since": now - timedelta(minutes=2), "until": now}
    intent = {"urn": urn, **{name: time.isoformat() for name, time in times.items()}}
    told = project.folder / "intents.json"
    told.write_text(json.dumps({"version": 1, "intents": [intent]}))
    assert project.pulumi("up", "--yes", "--skip-preview", TWILIO_OPEN_INTENTS=str(told)).code == 0
    assert project.pulumi("destroy", "--yes", "--skip-preview").code == 0
    flex = project.twilio.items["flex-api", "/v1/Configuration"]
    assert flex["ui_attributes"] == {"theirs": {"colour": "red", "size": 3}}
