"""`flexpark adopt`: a stack takes over what its account has, and leaves alone what is Flex's own."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from flexpark.cli.rehearsal import ROOT, Rehearsal, open_rehearsal
from tests.stack.checkout import Checkout, Refusal

STACK = "acme-dev"
IMPORT_FILE = ROOT / "build" / "adopt" / f"{STACK}.json"


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
        self.reset()

    def reset(self) -> None:
        """The stack file as it was."""
        self.rehearsal.stack_file.write_text(self._original)

    def adopt(self, *arguments: str) -> Refusal:
        """The command, on the rehearsal's stack file."""
        file = str(self.rehearsal.stack_file)
        return self.checkout.flexpark("adopt", "-s", STACK, "--config-file", file, "--yes", *arguments)

    def kept(self) -> tuple[str, str, bool]:
        """What an adoption writes: the stack file, the state, and whether there is an import file."""
        state = self.rehearsal.pulumi("stack", "export").stdout
        return self.rehearsal.stack_file.read_text(), state, IMPORT_FILE.exists()

    def queue(self, name: str, **form: str) -> str:
        """A queue of the account that somebody has made by hand."""
        queues = f"taskrouter.twilio.com/v1/Workspaces/{self.rehearsal.account['workspaceSid']}/TaskQueues"
        return str(self.rehearsal.api("POST", queues, FriendlyName=name, **form)["sid"])


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


def test_what_is_flexs_is_neither_offered_nor_taken_by_its_sid(place: Place) -> None:
    """Its workspace, queue, workflow, Sync and Serverless services, also those that its Configuration does not name;
    exit code 5 with all of them where a choice names them."""
    api, account = place.rehearsal.api, place.rehearsal.account
    default = api("GET", "sync.twilio.com/v1/Services/default")["sid"]
    plugins = api("POST", "serverless.twilio.com/v1/Services", UniqueName="flex-plugins", FriendlyName="x")["sid"]
    assert json.loads(place.adopt("--json").text.split("\n")[0])["others"] == []

    chosen = {
        "queue-Sales": account["queues"]["Everyone"],
        "workflow": account["workflowSid"],
        "records": account["syncServiceSid"],
        "service": plugins,
    }
    done = place.adopt(*(word for name, sid in chosen.items() for word in ("--use", f"{name}={sid}")))
    for name, sid in chosen.items():
        assert f"{name} would be {sid}, which is Flex's own" in done.text, done.text
    assert (done.code, done.writes) == (5, [])
    done = place.adopt("--use", f"records={default}")
    assert (done.code, f"records would be {default}, which is Flex's own" in done.text) == (5, True), done.text
    place.forget()


def test_a_choice_that_means_nothing_is_refused(place: Place) -> None:
    """Exit code 2 with all that is wrong and what there is: an unknown name, a SID that its collection does not have,
    one of another kind, a parent that is not there, two for one. Nothing is written, imported or pinned."""
    IMPORT_FILE.unlink(missing_ok=True)
    before = place.kept()
    account = place.rehearsal.account
    queue, variable, workflow = (prefix + "0" * 32 for prefix in ("WQ", "ZV", "WW"))
    pairs = [
        f"recrods={account['syncServiceSid']}",
        f"queue-Sales={queue}",
        f"records={queue}",
        f"variable-FLEXPARK_WORKFLOW_SID={variable}",
        f"workflow={workflow}",
        f"workflow={account['workflowSid']}",
    ]
    done = place.adopt(*(word for pair in pairs for word in ("--use", pair)))
    for said in (
        f"{pairs[0]}: the stack would create no recrods to take one for; did you mean records? allowed: environment, ",
        f"{pairs[1]}: no twilio:taskrouter:TaskQueue has this SID; allowed: Everyone ({account['queues']['Everyone']})",
        f"{pairs[2]}: it is a twilio:sync:Service, whose SIDs begin with IS",
        f"{pairs[3]}: there is none, since what it would lie in is not there",
        f"workflow: is given as {workflow}, {account['workflowSid']}; one is allowed",
    ):
        assert said in done.text, done.text
    assert (done.code, done.writes) == (2, [])
    assert place.kept() == before


def test_what_is_there_is_imported_and_the_rest_is_left_to_up(place: Place) -> None:
    """A queue made by hand keeps its SID; what differs is shown by the preview. What else is there is named with the
    way on: lines for the stack file, or the command that imports it into another program."""
    api = place.rehearsal.api
    sid = place.queue("Sales", TargetWorkers='skills HAS "old"')
    other = place.queue("Complaints", TargetWorkers="skills HAS 'rage'", MaxReservedWorkers="3")
    odd = place.queue("1e5", TargetWorkers="1==1", TaskOrder="LIFO")
    workspace = api("POST", "taskrouter.twilio.com/v1/Workspaces", FriendlyName="Back office")["sid"]
    sync = api("POST", "sync.twilio.com/v1/Services", FriendlyName="Another app")["sid"]
    theirs = api("POST", "sync.twilio.com/v1/Services", FriendlyName="flexpark-acme-prod")["sid"]
    done = place.adopt()
    assert done.code == 0, done.text
    assert done.writes == []
    there = "also there, and not of this stack: twilio"
    add = "to manage it, add under flexpark:queues in the stack file and adopt again:\n"
    lines = "    - name: Complaints\n      create: {target_workers: \"skills HAS 'rage'\", max_reserved_workers: 3}\n"
    own = "a stack has no place for it, a program of your own may: pulumi import twilio"
    assert f"{there}:taskrouter:TaskQueue 'Complaints' ({other}); {add}{lines}" in done.text, done.text
    assert f"'1e5' ({odd}); {add}    - name: '1e5'\n      create: {{task_order: LIFO}}\n" in done.text, done.text
    assert f"'Back office' ({workspace}); {own}:taskrouter:Workspace Back-office Workspaces/{workspace}\n" in done.text
    assert f"'Another app' ({sync}); {own}:sync:Service Another-app Services/{sync}\n" in done.text
    assert f"'flexpark-acme-prod' ({theirs}); by its name another stack's of flexpark\n" in done.text
    assert done.text.count(there) == 5
    assert "~  twilio:taskrouter:TaskQueue queue-Sales: targetWorkers" in done.text
    assert "1 imported" in done.text

    told = "".join(re.findall(r"^    - name: .*\n      create: .*\n", done.text, re.MULTILINE))
    key = "  flexpark:queues:\n"
    file = place.rehearsal.stack_file
    file.write_text(file.read_text().replace(key, f"{key}{told}"))
    done = place.adopt()
    assert "2 imported" in done.text, done.text
    assert "queue-Complaints: Workspaces" in done.text
    assert "~  twilio:taskrouter:TaskQueue queue-Complaints" not in done.text, "it is as the lines say"
    assert done.text.count(there) == 3
    place.rehearsal.pulumi("up", "--yes", "--skip-preview")
    queues = place.rehearsal.outputs()["queueSids"]
    assert (queues["Sales"], queues["Complaints"]) == (sid, other)


def test_what_the_stack_manages_is_not_offered_to_it(place: Place) -> None:
    """Nor what belongs to nobody but Flex: a second adopt names the same three again; what is managed is not chosen."""
    done = place.adopt("--use", f"records=IS{'0' * 32}")
    assert f"records=IS{'0' * 32}: the stack manages its records already (Services/IS" in done.text, done.text
    assert done.code == 2
    done = place.adopt()
    assert ("0 imported" in done.text, done.text.count("also there, and not of this stack")) == (True, 3), done.text
    place.reset()
    place.rehearsal.pulumi("up", "--yes", "--skip-preview")


def test_a_whole_stack_is_adopted_and_the_preview_is_empty_and_free(place: Place) -> None:
    """State lost, all is there: 12 types by their path ids; look-ups are pinned, so the next preview asks nothing."""
    place.forget()
    done = place.adopt()
    assert done.code == 0, done.text
    assert done.writes == []
    assert f"{STACK}: no changes" in done.text, done.text
    content = json.loads(IMPORT_FILE.read_text())
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
