"""One stack file over one layer gives one environment, wherever the values come from."""

import json

import pytest
import yaml

from flexpark import EnvironmentInvalid, StackNotFound, environment_from_config, load_environment
from tests.unit.flexpark.building import DEFAULTS, REPOSITORY, STACK_FILE, Project, sid

QUEUES = [
    {"name": "Sales", "create": {"target_workers": 'skills HAS "sales"'}},
    {"name": "All", "existing": {"name": "All"}},
]


def test_the_demo_environment_is_valid() -> None:
    """What the repository ships loads as it stands."""
    environment = load_environment(REPOSITORY, "acme-dev")
    assert [queue.name for queue in environment.queues] == ["Sales", "Support", "Everyone"]
    assert environment.stack_name == "acme-dev"
    assert environment.service_name == "flexpark-acme-dev"
    assert environment.domain_suffix == "dev"


def test_a_layer_gives_what_the_stack_file_leaves_open(project: Project) -> None:
    """A stack file needs no setting of its own."""
    environment = project.load()
    assert environment.default_queue == "Everyone"
    assert environment.park.known_worker.timeout == 120


def test_mappings_merge_and_the_stack_file_wins(project: Project) -> None:
    """An override three levels deep leaves its neighbours alone."""
    environment = project.stack(park={"known_worker": {"when_unavailable": "skip"}}).load()
    assert environment.park.known_worker.when_unavailable == "skip"
    assert environment.park.known_worker.timeout == 120
    assert environment.park.show_list


def test_lists_replace(project: Project) -> None:
    """Queues are given whole: none of the layer's is left."""
    environment = project.stack(queues=QUEUES, default_queue="All").load()
    assert [queue.name for queue in environment.queues] == ["Sales", "All"]


def test_defaults_are_the_models(project: Project) -> None:
    """A layer without `park` gives the documented defaults."""
    project.write("templates/environments/bare.yaml", "queues: [{name: A, create: {}}]\ndefault_queue: A\n")
    park = project.stack(layer="bare").load().park
    assert (park.enabled, park.show_list, park.match_queue_by, park.task_timeout) == (True, True, "sid", 86_400)
    assert (park.list_ttl.sms, park.list_ttl.default) == ("none", 86_400)


@pytest.mark.parametrize(
    ("written", "seconds"), [("90s", 90), ("30m", 1_800), ("24h", 86_400), ("7d", 604_800), (60, 60)]
)
def test_times_to_live_have_units(project: Project, written: object, seconds: int) -> None:
    """A TTL is seconds, or a number with a unit."""
    assert project.stack(park={"list_ttl": {"web": written}}).load().park.list_ttl.web == seconds


def test_a_stack_file_is_loaded_by_path_too(project: Project) -> None:
    """A copy of the file elsewhere, with a salt and secrets of others, is the same environment."""
    text = (
        project.root / STACK_FILE
    ).read_text() + "  twilio:authToken: {secure: v1:abc}\nencryptionsalt: v1:salt=:v1:x\n"
    copy = project.write("build/demo/Pulumi.acme-dev.yaml", text)
    other_name = project.write("build/demo/config.yaml", text)
    assert load_environment(project.root, copy) == load_environment(project.root, str(other_name)) == project.load()


def test_the_engines_configuration_gives_the_same_environment(project: Project) -> None:
    """Text and JSON, as the engine hands values out, mean what the file means."""
    project.stack(queues=QUEUES, default_queue="All", park={"show_list": False}, pinned={"workspaceSid": sid("WS")})
    config = yaml.safe_load((project.root / STACK_FILE).read_text())["config"]
    as_given = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
    as_given["twilio:authToken"] = "decrypted"
    secret = {"twilio:authToken"}
    assert environment_from_config(as_given, project.root, secret_keys=secret) == project.load()


def test_how_to_reach_the_account_is_the_same_in_file_and_configuration(project: Project) -> None:
    """What the program hands its provider, and what commands ask Twilio by."""
    said = {"region": "ie1", "edge": "dublin", "endpoint": "http://127.0.0.1:1", "credentialsFile": "../c.env"}
    given = {f"twilio:{key}": value for key, value in said.items()} | {"twilio:credentialsCommand": "pass show twilio"}
    project.text("".join(f"  {key}: {value}\n" for key, value in given.items()))
    found = project.load()
    assert (found.region, found.edge, found.endpoint) == ("ie1", "dublin", "http://127.0.0.1:1")
    assert (found.credentials_file, found.credentials_command) == ("../c.env", "pass show twilio")
    config = {key: str(value) for key, value in {**DEFAULTS, **given}.items()}
    assert environment_from_config(config, project.root) == found


def test_a_credential_that_the_engine_did_not_decrypt_is_refused(project: Project) -> None:
    """It stands in plain text in a file, or on a command line; no message repeats it."""
    config = {**{key: str(value) for key, value in DEFAULTS.items()}, "twilio:authToken": "hush-hush"}
    with pytest.raises(EnvironmentInvalid) as caught:
        environment_from_config(config, project.root)
    assert "configuration: twilio:authToken: is a secret in plain text" in str(caught.value)
    assert "hush" not in str(caught.value)


def test_a_setting_that_the_engine_decrypted_is_refused(project: Project) -> None:
    """No secret gets into the model, and none into a message."""
    config = {"flexpark:customer": "hush-hush", "flexpark:version": "1"}
    with pytest.raises(EnvironmentInvalid) as caught:
        environment_from_config(config, project.root, secret_keys={"flexpark:customer"})
    assert "configuration: flexpark:customer: is a secret" in str(caught.value)
    assert "hush" not in str(caught.value)


def test_an_environment_cannot_be_changed(project: Project) -> None:
    """Frozen, all the way down."""
    environment = project.stack(pinned={"queues": {"Everyone": sid("WQ")}}).load()
    with pytest.raises(ValueError, match="frozen"):
        environment.park.enabled = False
    with pytest.raises(TypeError):
        environment.pinned.queues["Other"] = sid("WQ", 2)  # type: ignore[index]


@pytest.mark.parametrize("stack", ["acme-prod", "../acme-dev", "/etc/passwd", "nowhere/Pulumi.x.yaml", ""])
def test_an_unknown_stack_is_told_with_those_there_are(project: Project, stack: str) -> None:
    """Exit code 6, and no way out of the folder by name."""
    with pytest.raises(StackNotFound) as caught:
        load_environment(project.root, stack)
    assert caught.value.exit_code == 6
    assert "acme-dev" in caught.value.remedy
