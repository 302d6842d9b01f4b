"""`flexpark adopt`: a stack takes over what its account has, and leaves alone what is Flex's own."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from flexpark.cli.rehearsal import ROOT, Rehearsal, open_rehearsal
from tests.stack.checkout import Checkout, Refusal

STACK = "acme-dev"


class Place:
    """A rehearsal whose state can be made empty again, as for a stack that was made elsewhere."""

    def __init__(self, folder: Path, rehearsal: Rehearsal) -> None:
        self.rehearsal = rehearsal
        self.checkout = Checkout(folder / "checkout", rehearsal)
        self._empty = folder / "empty"
        self._original = rehearsal.stack_file.read_text()
        shutil.copytree(rehearsal.folder / "state", self._empty)

    def forget(self) -> None:
        """No state, and the stack file as it was."""
        shutil.rmtree(self.rehearsal.folder / "state")
        shutil.copytree(self._empty, self.rehearsal.folder / "state")
        self.rehearsal.stack_file.write_text(self._original)

    def adopt(self, *arguments: str) -> Refusal:
        """The command, on the rehearsal's stack file."""
        file = str(self.rehearsal.stack_file)
        return self.checkout.flexpark("adopt", "-s", STACK, "--config-file", file, "--yes", *arguments)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """An account in which nothing of the stack is yet."""
    folder = tmp_path_factory.mktemp("adopt")
    with open_rehearsal(folder / "rehearsal") as rehearsal:
        yield Place(folder, rehearsal)


def test_flex_own_is_refused(place: Place) -> None:
    """Exit code 5: the default queue, even where the stack file asks to create one of its name. Nothing is imported."""
    place.rehearsal.configure("queues", [{"name": "Everyone", "create": {}}])
    place.rehearsal.configure("routes", [])
    done = place.adopt()
    place.forget()
    assert "what is Flex's own is never managed by a stack\nqueue-Everyone would be WQ" in done.text, done.text
    assert "use it as `existing: {sid: ...}`" in done.text
    assert (done.code, done.writes) == (5, [])


def test_what_is_there_is_imported_and_the_rest_is_left_to_up(place: Place) -> None:
    """A queue made by hand keeps its SID; what differs is shown by the preview, other queues are named."""
    queues = f"taskrouter.twilio.com/v1/Workspaces/{place.rehearsal.account['workspaceSid']}/TaskQueues"
    sid = place.rehearsal.api("POST", queues, FriendlyName="Sales", TargetWorkers='skills HAS "old"')["sid"]
    other = place.rehearsal.api("POST", queues, FriendlyName="Complaints", TargetWorkers="1==1")["sid"]
    done = place.adopt()
    assert done.code == 0, done.text
    assert done.writes == []
    assert f"also there, and not of this stack: twilio:taskrouter:TaskQueue 'Complaints' ({other})" in done.text
    assert "~  twilio:taskrouter:TaskQueue queue-Sales: targetWorkers" in done.text
    assert "1 imported" in done.text
    place.rehearsal.pulumi("up", "--yes", "--skip-preview")
    assert place.rehearsal.outputs()["queueSids"]["Sales"] == sid


def test_a_whole_stack_is_adopted_and_the_preview_is_empty_and_free(place: Place) -> None:
    """State lost, all is there: 12 types by their path ids; look-ups are pinned, so the next preview asks nothing."""
    place.forget()
    done = place.adopt()
    assert done.code == 0, done.text
    assert done.writes == []
    assert f"{STACK}: no changes" in done.text, done.text
    content = json.loads((ROOT / "build" / "adopt" / f"{STACK}.json").read_text())
    types = {entry["type"] for entry in content["resources"] if "id" in entry}
    assert len(types) == 12
    pinned = yaml.safe_load(place.rehearsal.stack_file.read_text())["config"]["flexpark:pinned"]
    account = place.rehearsal.account
    assert pinned == {"workspaceSid": account["workspaceSid"], "queues": {"Everyone": account["queues"]["Everyone"]}}
    with place.rehearsal.counting() as seen:
        place.rehearsal.pulumi("preview", "--expect-no-changes")
    assert seen == []


def test_a_second_adopt_finds_nothing_more(place: Place) -> None:
    """It can be repeated."""
    done = place.adopt()
    assert done.code == 0, done.text
    assert "0 imported" in done.text
    assert done.writes == []


def test_several_of_one_name_are_a_question(place: Place) -> None:
    """Exit code 2 with their SIDs; `--use` says which."""
    place.forget()
    name = "flexpark-acme-dev"
    second = place.rehearsal.api("POST", "sync.twilio.com/v1/Services", FriendlyName=name)["sid"]
    done = place.adopt()
    assert f"{second}" in done.text and "say which with --use NAME=SID" in done.text, done.text
    assert (done.code, done.writes) == (2, [])
    chosen = place.adopt("--use", f"records={second}")
    assert chosen.code == 0, chosen.text
    assert f"twilio:sync:Service records: Services/{second}" in chosen.text
