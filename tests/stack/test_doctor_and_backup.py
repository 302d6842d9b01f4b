"""`flexpark doctor` on a machine broken on purpose, and a state that is lost and put back."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from flexpark.cli.automation import Step
from flexpark.cli.rehearsal import open_rehearsal
from flexpark.cli.up.journal import journal_of
from tests.stack.checkout import Copy

STACK = "acme-dev"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """A stack that is up, in a checkout of its own."""
    folder = tmp_path_factory.mktemp("doctor")
    with open_rehearsal(folder / "rehearsal") as rehearsal:
        made = Copy(folder / "checkout", rehearsal)
        shutil.copyfile(rehearsal.stack_file, made.stack_file)
        made.pulumi("up", "--yes", "--skip-preview")
        yield made


def findings(copy: Copy, **environ: str | None) -> dict[str, dict[str, Any]]:
    """What doctor finds, by check; the last line of a check that has several."""
    done = copy.flexpark("doctor", "-s", STACK, "--json", **environ)
    assert "Traceback" not in done.text
    assert done.writes == [], "it looks, and changes nothing"
    [line] = [line for line in done.text.splitlines() if line.startswith("[")]
    return {finding["check"]: finding for finding in json.loads(line)}


def broken(found: dict[str, dict[str, Any]]) -> set[str]:
    """The checks that are not in order; each of them has a remedy."""
    bad = {name: finding for name, finding in found.items() if finding["state"] in {"warning", "problem"}}
    assert all(finding["remedy"] for finding in bad.values()), bad
    return set(bad)


def test_a_sound_machine_has_one_thing_left_to_do(copy: Copy) -> None:
    """Everything is in order but the schedule, which `flexpark ci init` writes."""
    found = findings(copy)
    assert broken(found) == {"schedule"}
    assert "flexpark ci init github" in found["schedule"]["remedy"]
    assert {"engine", "plugin", "node", "backend", "passphrase", "lock", "credentials", "clock"} <= found.keys()
    subprocess.run(["git", "init", "-q", "-b", "main", str(copy.root)], check=True)
    assert copy.flexpark(*copy.example("ci", "init")).code == 0
    assert broken(findings(copy)) == set()
    assert copy.flexpark(*copy.example("doctor")).code == 0


@pytest.mark.parametrize(
    ("environ", "check", "what"),
    [
        ({"TWILIO_AUTH_TOKEN": "0" * 32}, "credentials", "401"),
        ({"TWILIO_AUTH_TOKEN": None}, "credentials", "TWILIO_AUTH_TOKEN is not set"),
        ({"TWILIO_ACCOUNT_SID": "AC" + "9" * 32}, "credentials", "the stack belongs to account"),
        ({"TWILIO_ENDPOINT": "http://127.0.0.1:9"}, "credentials", "gave no answer"),
        ({"PULUMI_CONFIG_PASSPHRASE": "another"}, "passphrase", "incorrect passphrase"),
        ({"PULUMI_BACKEND_URL": "file:///nowhere/at/all"}, "backend", "/nowhere/at/all"),
    ],
)
def test_a_wrong_variable_is_found_by_its_check(
    copy: Copy, environ: dict[str, str | None], check: str, what: str
) -> None:
    """One thing is wrong, one check says so; what cannot be asked then is left out."""
    found = findings(copy, **environ)
    assert broken(found) == {check}, found
    assert what in found[check]["what"]
    assert found[check]["state"] == "problem"


NOWHERE: dict[str, str | None] = {
    "TWILIO_ENDPOINT": "http://127.0.0.1:9",
    "TWILIO_ACCOUNT_SID": None,
    "TWILIO_AUTH_TOKEN": None,
}


@pytest.fixture
def as_it_was(copy: Copy) -> Iterator[None]:
    """Puts the stack's file back."""
    before = copy.stack_file.read_text()
    yield
    copy.stack_file.write_text(before)


def configure(copy: Copy, **config: str) -> None:
    """Set keys of the provider in the stack's file."""
    content = yaml.safe_load(copy.stack_file.read_text())
    content["config"] |= {f"twilio:{key}": value for key, value in config.items()}
    copy.stack_file.write_text(yaml.safe_dump(content))


@pytest.mark.usefixtures("as_it_was")
@pytest.mark.parametrize("source", ["file", "command", "secret"])
def test_whatever_the_stack_lives_on_is_looked_at_and_signed_with(copy: Copy, tmp_path: Path, source: str) -> None:
    """Doctor, and what calls functions: the stack's file says where the token and Twilio are, no variable does."""
    token = copy.rehearsal.account["authToken"]
    (tmp_path / "token.env").write_text(f"TWILIO_AUTH_TOKEN={token}\n")
    configure(copy, endpoint=copy.rehearsal.emulator.url)
    if source == "file":
        configure(copy, credentialsFile=str(tmp_path / "token.env"))
    elif source == "command":
        configure(copy, credentialsCommand=f"cat {tmp_path / 'token.env'}")
    else:
        assert copy.pulumi("config", "set", "--secret", "twilio:authToken", token).code == 0
    assert not broken(findings(copy, **NOWHERE)) - {"schedule"}
    for command in ("parked", "reconcile"):
        done = copy.flexpark(command, "-s", STACK, "--json", **NOWHERE)
        assert done.code == 0, done.text
        assert token not in done.text


@pytest.mark.usefixtures("as_it_was")
def test_an_api_key_signs_nothing(copy: Copy, tmp_path: Path) -> None:
    """Exit code 3, whatever source has given it; a token beside it signs."""
    key = f"TWILIO_API_KEY=SK{'c' * 32}\nTWILIO_API_SECRET=hush-hush\n"
    (tmp_path / "key.env").write_text(key)
    configure(copy, endpoint=copy.rehearsal.emulator.url, credentialsFile=str(tmp_path / "key.env"))
    done = copy.flexpark("parked", "-s", STACK, **NOWHERE)
    assert done.code == 3
    assert "needs the account's auth token" in done.text and "an API key cannot sign" in done.text, done.text
    assert "hush" not in done.text
    beside = {**NOWHERE, "TWILIO_AUTH_TOKEN": copy.rehearsal.account["authToken"]}
    assert copy.flexpark("parked", "-s", STACK, **beside).code == 0


@pytest.mark.usefixtures("as_it_was")
def test_a_command_that_asks_is_run_once(copy: Copy, tmp_path: Path) -> None:
    """However many calls a drain makes."""
    token = copy.rehearsal.account["authToken"]
    script = tmp_path / "ask.py"
    script.write_text(f"open({str(tmp_path / 'asked')!r}, 'a').write('!')\nprint('TWILIO_AUTH_TOKEN={token}')\n")
    configure(copy, credentialsCommand=f"{sys.executable} {script}")
    none = {name: value for name, value in NOWHERE.items() if name != "TWILIO_ENDPOINT"}
    done = copy.flexpark("drain", "-s", STACK, **none)
    assert done.code == 0, done.text
    assert (tmp_path / "asked").read_text() == "!"
    assert copy.flexpark("drain", "-s", STACK, "--cancel").code == 0


@pytest.mark.usefixtures("as_it_was")
def test_a_stack_whose_file_is_wrong_can_still_be_emptied(copy: Copy) -> None:
    """By who has the token in the environment; without one it is told what is wrong with the file."""
    configure(copy, regoin="ie1")
    assert copy.flexpark("reconcile", "-s", STACK).code == 0
    done = copy.flexpark("reconcile", "-s", STACK, TWILIO_AUTH_TOKEN=None)
    assert done.code == 2
    assert "twilio:regoin: is not a setting" in done.text


@pytest.mark.usefixtures("as_it_was")
def test_a_place_that_cannot_be_is_told(copy: Copy) -> None:
    """By its variable, before anything is asked; and what the stack's file says of it counts more."""
    found = findings(copy, TWILIO_REGION="europe", TWILIO_EDGE="!")
    assert broken(found) == {"address"} | (broken(found) & {"schedule"})
    assert "TWILIO_REGION is 'europe'" in found["address"]["what"]
    configure(copy, region="us1", edge="ashburn")
    assert "address" not in findings(copy, TWILIO_REGION="europe", TWILIO_EDGE="!")


def test_a_machine_without_engine_and_node_is_told_both(copy: Copy, tmp_path: Path) -> None:
    """Nothing of the machine's is on PATH, and no engine in the user's cache."""
    done = copy.flexpark("doctor", "--json", PATH=str(tmp_path), XDG_CACHE_HOME=str(tmp_path))
    assert done.code == 1
    [line] = [line for line in done.text.splitlines() if line.startswith("[")]
    found = {finding["check"]: finding for finding in json.loads(line)}
    assert {"engine", "node"} <= broken(found)
    assert "no pulumi on PATH" in found["engine"]["what"]
    assert "no node on PATH" in found["node"]["what"]


def test_a_broken_plugin_is_told_with_its_last_words(copy: Copy) -> None:
    """A link to a virtual environment that is gone, as after `make clean`."""
    plugin = copy.root / "pulumi-twilio"
    target = plugin.resolve()
    plugin.unlink()
    (plugin / "bin").mkdir(parents=True)
    script = plugin / "bin" / "pulumi-resource-twilio"
    script.write_text("#!/bin/sh\necho 'no module named twilio_provider' >&2; exit 1\n")
    script.chmod(0o755)
    try:
        env = {"PYTHONPATH": f"{copy.root / 'src'}:{target}:{copy.root}"}
        done = copy.flexpark("doctor", COLUMNS="200", **env)
    finally:
        shutil.rmtree(plugin)
        plugin.symlink_to(target)
    assert done.code == 1
    assert "does not start" in done.text and "no module named twilio_provider" in done.text


def test_an_account_that_is_not_fit_for_flex_is_told(copy: Copy) -> None:
    """Flex UI 1.x, and another default service of Conversations."""
    rehearsal = copy.rehearsal
    account = rehearsal.account
    credentials = (account["accountSid"], account["authToken"])
    other = rehearsal.api("POST", "conversations.twilio.com/v1/Services", FriendlyName="Chat of before")
    rehearsal.api("POST", "conversations.twilio.com/v1/Configuration", DefaultChatServiceSid=other["sid"])
    flex = {"account_sid": account["accountSid"], "ui_version": "1.34.0"}
    rehearsal.http.post("/flex-api.twilio.com/v1/Configuration", json=flex, auth=credentials).raise_for_status()
    found = findings(copy)
    assert broken(found) == {"flex ui", "chat service"}
    assert "1.34.0" in found["flex ui"]["what"]
    assert (
        other["sid"] in found["chat service"]["what"] and account["chatServiceSid"] in found["chat service"]["remedy"]
    )
    flex["ui_version"] = "^2.0.0"
    rehearsal.http.post("/flex-api.twilio.com/v1/Configuration", json=flex, auth=credentials).raise_for_status()
    rehearsal.api("POST", "conversations.twilio.com/v1/Configuration", DefaultChatServiceSid=account["chatServiceSid"])
    assert broken(findings(copy)) == set()


def test_what_a_killed_run_leaves_is_told(copy: Copy) -> None:
    """A lock of a process that has ended, and an operation without an end; `flexpark up` is the remedy of both."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    locks = copy.rehearsal.folder / "state" / ".pulumi" / "locks" / "organization" / "flexpark" / STACK
    file = copy.rehearsal.folder / "state" / ".pulumi" / "stacks" / "flexpark" / f"{STACK}.json"
    content = json.loads(file.read_text())
    latest = content["checkpoint"]["latest"]
    queue = next(resource for resource in latest["resources"] if resource["type"] == "twilio:taskrouter:TaskQueue")
    latest["pending_operations"] = [{"resource": queue, "type": "updating"}]
    file.write_text(json.dumps(content))
    locks.mkdir(parents=True, exist_ok=True)
    said = {"pid": ended.pid, "username": "ci", "hostname": socket.gethostname(), "timestamp": "2026-01-01T00:00:00Z"}
    lives = {**said, "pid": os.getpid(), "timestamp": datetime.now(UTC).isoformat()}
    (locks / "0123.json").write_text(json.dumps(lives))
    found = findings(copy)
    assert broken(found) == {"lock"}, "who holds the stack lives, and knows of its operations"
    assert "1 of the run that holds the stack" in found["pending operations"]["what"]
    (locks / "0123.json").write_text(json.dumps(said))
    found = findings(copy)
    assert broken(found) == {"lock", "pending operations"}
    assert f"not finished: {queue['urn'].rpartition('::')[2]}" in found["pending operations"]["what"]
    assert f"process {ended.pid}" in found["lock"]["what"]
    assert f"flexpark up -s {STACK}" in found["lock"]["remedy"]
    assert copy.flexpark("up", "-s", STACK, "--yes", "--skip-preview").code == 0
    assert broken(findings(copy)) == set()
    noted = Step(queue["urn"], queue["type"], "create", "begun")
    journal = journal_of(STACK, copy.rehearsal.environ)
    journal.begin()
    journal.see(noted)
    assert broken(findings(copy)) == {"pending operations"}, "of a killed provider only the journal knows"
    assert copy.flexpark("up", "-s", STACK, "--yes", "--skip-preview").code == 0
    assert broken(findings(copy)) == set()


def test_a_lost_state_is_put_back_and_nothing_has_changed(copy: Copy) -> None:
    """Backup, the backend's folder gone, restore, no changes; no secret is readable in the backup.

    Both as the examples of their help.
    """
    file = copy.root / "acme-dev.backup.json"
    assert copy.flexpark(*copy.example("backup")).code == 0
    assert file.stat().st_mode & 0o077 == 0
    text = file.read_text()
    secrets = json.loads(copy.rehearsal.pulumi("stack", "export", "--show-secrets").stdout)["deployment"]["resources"]
    values = [r["inputs"]["value"]["plaintext"] for r in secrets if r["type"] == "twilio:serverless:Variable"]
    assert values and not any(json.loads(value) in text for value in values if json.loads(value).startswith("AC"))
    assert copy.flexpark("backup", "-s", STACK, "--out", str(file)).code == 2, "never over another one"

    shutil.rmtree(copy.rehearsal.folder / "state" / ".pulumi")
    copy.stack_file.unlink()
    done = copy.flexpark(*copy.example("restore"))
    assert done.code == 0, done.text
    assert done.writes == []
    assert copy.pulumi("preview", "--expect-no-changes").code == 0
    again = copy.flexpark("restore", str(file))
    assert again.code == 2 and "resources" in again.text and "--force" in again.text
    assert copy.flexpark("restore", str(file), "--force").code == 0
    assert copy.pulumi("preview", "--expect-no-changes").code == 0


def test_a_damaged_backup_is_refused(copy: Copy, tmp_path: Path) -> None:
    """Before anything is changed: what is no backup, and one whose content is not what it was."""
    for text, told in {
        "{": "is no backup",
        '{"format": 2}': "is no backup of format 1",
        json.dumps(dict.fromkeys(("stack", "at", "revision", "engine", "layers", "stack_file", "state"), "")
                   | {"format": 1, "sha256": "0"}): "is damaged",
    }.items():  # fmt: skip
        file = tmp_path / "backup.json"
        file.write_text(text)
        done = copy.flexpark("restore", str(file))
        assert done.code == 2 and told in done.text, done.text
