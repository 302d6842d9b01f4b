"""Everything wrong with an environment is said at once: `file: path: what is wrong; what is allowed`."""

from typing import Any

import pytest

from flexpark import EnvironmentInvalid
from tests.unit.flexpark.building import STACK_FILE, Project, sid

TWO_QUEUES = [{"name": "Sales", "create": {}}, {"name": "Everyone", "existing": {"name": "Everyone"}}]


def queue(**settings: Any) -> dict[str, Any]:
    """Settings with one queue that has these, and a good one."""
    return {"queues": [{"name": "Q", **settings}, TWO_QUEUES[1]]}


SETTINGS: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "unknown key": ({"quues": []}, "quues", "is not a setting", "did you mean flexpark:queues?"),
    "unknown key, deep": ({"park": {"show_lst": 1}}, "park.show_lst", "is not a setting", "did you mean show_list?"),
    "unknown key in a list": (queue(create={"order": 1}), "queues[0].create.order", "not a setting", "target_workers"),
    "wrong type": ({"park": {"known_worker": {"timeout": "2"}}}, "park.known_worker.timeout", 'is "2"', "whole number"),
    "text for a switch": ({"park": {"enabled": "yes"}}, "park.enabled", 'is "yes"', "true or false"),
    "number for text": ({"customer": 7}, "customer", "is 7", "put quotes around a number"),
    "scalar for a mapping": ({"park": 3}, "park", "is 3", "a mapping"),
    "mapping for a list": ({"routes": {}}, "routes", "is {}", "a list"),
    "out of range": (
        queue(create={"max_reserved_workers": 51}),
        "max_reserved_workers",
        "is 51",
        "less than or equal to 50",
    ),
    "renamed from a queue that is there": (
        queue(create={"renamed_from": "Everyone"}),
        "queues[0].create.renamed_from",
        '"Everyone" is a queue of this file still',
        "allowed: a former name",
    ),
    "unknown option": ({"park": {"match_queue_by": "id"}}, "match_queue_by", 'is "id"', "allowed: sid or name"),
    "odd customer": ({"customer": "Acme & Söhne"}, "customer", r"S\xf6hne", "small letters and digits"),
    "odd environment": ({"environment": "-dev"}, "environment", 'is "-dev"', "single dashes"),
    "long service name": ({"customer": "c" * 40}, "customer", "53 characters", "at most 50"),
    "long suffix": ({"environment": "e" * 17}, "environment", "17 characters", "at most 16"),
    "long domain": ({"customer": "c" * 26, "environment": "e" * 14}, "environment", "70 characters", "at most 63"),
    "unknown layer": ({"layer": "standrd"}, "layer", 'no layer "standrd"', "did you mean standard?"),
    "layer outside": ({"layer": "../../x"}, "layer", "there is no layer", "allowed: standard"),
    "stack id": ({"stackId": "XYZ"}, "stackId", 'is "XYZ"', "16 to 32 hexadecimal digits"),
    "missing": ({"stackId": None}, "stackId", "is missing", "Random hexadecimal digits"),
    "no value": (
        {"park": {"list_ttl": {"default": None}}},
        "park.list_ttl.default",
        "has no value",
        "leave the key out",
    ),
    "create without braces": (queue(create=None), "queues[0].create", "has no value", "leave the key out"),
    "sid of another kind": (queue(existing={"sid": sid("WS")}), "existing.sid", "(workspace)", "WQ and 32"),
    "no sid": (
        {"pinned": {"workspaceSid": "WS1"}},
        "pinned.workspaceSid",
        "is not a SID",
        "a workspace SID: WS and 32",
    ),
    "unknown default queue": (
        {"default_queue": "Everyon"},
        "default_queue",
        'no queue "Everyon"',
        "did you mean Everyone?",
    ),
    "unknown queue of a route": (
        {"routes": [{"name": "r", "when": "a == 1", "queue": "Everyon"}]},
        "routes[0].queue",
        'no queue "Everyon"',
        "did you mean Everyone?",
    ),
    "duplicate queue": ({"queues": [*TWO_QUEUES, TWO_QUEUES[0]]}, "queues[2].name", "taken by number 1", "each once"),
    "same queue twice": (
        {"queues": [{"name": name, "existing": {"name": "Everyone"}} for name in ("A", "Everyone")]},
        "queues[1].existing.name",
        "taken by number 1",
        "each once",
    ),
    "existing is our own": (
        {"queues": [*TWO_QUEUES, {"name": "S", "existing": {"name": "Sales"}}]},
        "queues[2].existing.name",
        "a queue that this stack creates",
        "",
    ),
    "duplicate route": (
        {"routes": [{"name": "r", "when": "a == 1", "queue": "Everyone"}] * 2},
        "routes[1].name",
        "taken by number 1",
        "each once",
    ),
    "neither way": (queue(), "queues[0]", "neither `create` nor `existing`", "exactly one"),
    "both ways": (queue(create={}, existing={"name": "x"}), "queues[0]", "both `create` and `existing`", "exactly one"),
    "no way to find": (queue(existing={}), "queues[0].existing", "needs one way", "exactly one of `name` and `sid`"),
    "bad worker expression": (
        queue(create={"target_workers": "skills HAZ 1"}),
        "queues[0].create.target_workers",
        "line 1, column 8",
        "HAS",
    ),
    "bad route": (
        {"routes": [{"name": "r", "when": "a = 1", "queue": "Everyone"}]},
        "routes[0].when",
        "column 3",
        "==",
    ),
    "route on a worker": (
        {"routes": [{"name": "r", "when": "worker.a == 1", "queue": "Everyone"}]},
        "routes[0].when",
        "the task alone",
        "names of the task's attributes",
    ),
    "studio without a flow": (
        {"park": {"resume": {"destination": "studio"}}},
        "park.resume",
        "needs `flow`",
        "give it",
    ),
    "queue without a queue": (
        {"park": {"resume": {"destination": "queue"}}},
        "park.resume",
        "needs `queue`",
        "give it",
    ),
    "flow without studio": (
        {"park": {"resume": {"flow": sid("FW")}}},
        "park.resume.flow",
        "is not used by `destination: workflow`",
        "leave it out",
    ),
    "some URL as a flow": (
        {"park": {"resume": {"destination": "studio", "flow": "https://example.com/flow"}}},
        "park.resume.flow",
        "is not the URL of a Studio flow",
        "https://webhooks.twilio.com/v1/Accounts/AC.../Flows/FW...",
    ),
    "a flow of another account": (
        {
            "park": {
                "resume": {
                    "destination": "studio",
                    "flow": f"https://webhooks.twilio.com/v1/Accounts/{sid('AC', 9)}/Flows/{sid('FW')}",
                }
            }
        },
        "park.resume.flow",
        "is of another account",
        "a flow of AC",
    ),
    "unknown queue to resume in": (
        {"park": {"resume": {"destination": "queue", "queue": "Nowhere"}}},
        "park.resume.queue",
        'there is no queue "Nowhere"',
        "allowed",
    ),
    "origin with a path": (
        {"park": {"allowed_origins": ["https://flex.twilio.com/admin"]}},
        "park.allowed_origins",
        "is",
        "no path",
    ),
    "ttl": ({"park": {"list_ttl": {"sms": "never"}}}, "park.list_ttl.sms", "is not a time to live", "`24h`"),
    "ttl too long": ({"park": {"list_ttl": {"web": "366d"}}}, "park.list_ttl.web", "is not a time to live", "31536000"),
    "ttl of no channel": (
        {"park": {"list_ttl": {"whatsap": 1}}},
        "list_ttl.whatsap",
        "not a setting",
        "mean whatsapp?",
    ),
    "known worker eats the time": (
        {"park": {"task_timeout": 60, "known_worker": {"timeout": 60}}},
        "park.known_worker.timeout",
        "end before its queue gets it",
        "less than task_timeout (60)",
    ),
    "pin of no queue": (
        {"pinned": {"queues": {"Evryone": sid("WQ")}}},
        "pinned.queues.Evryone",
        "not a queue that is looked up by name",
        "did you mean Everyone?",
    ),
    "name matching without a name": (
        {**queue(existing={"sid": sid("WQ")}), "park": {"match_queue_by": "name"}},
        "queues[0].existing",
        "no friendly name",
        "`existing: {name: ...}`",
    ),
    "name that cannot be quoted": (
        {"queues": [{"name": "a\"b'c", "create": {}}, TWO_QUEUES[1]], "park": {"match_queue_by": "name"}},
        "queues[0].name",
        "both kinds of quotes",
        "match_queue_by: sid",
    ),
    "control character": ({"queues": [{"name": "a\nb", "create": {}}, TWO_QUEUES[1]]}, "queues[0].name", r"a\nb", ""),
    "no queues": ({"queues": []}, "queues", "is []", "at least 1"),
    "secret": ({"park": {"enabled": {"secure": "v1:x"}}}, "park.enabled", "is a secret", "plain text"),
    "newer version": ({"version": 2}, "version", "a newer flexpark", "reads version 1"),
    "odd version": ({"version": 0}, "version", "is 0", "allowed: 1"),
}


@pytest.mark.parametrize(("settings", "path", "what", "allowed"), SETTINGS.values(), ids=SETTINGS.keys())
def test_a_wrong_setting_is_told_with_what_is_allowed(
    project: Project, settings: dict[str, Any], path: str, what: str, allowed: str
) -> None:
    """Where, what, and what is allowed; exit code 2; never a traceback of the parser's."""
    problems = project.stack(**settings).problems()
    found = [
        p for p in problems if p.startswith(STACK_FILE) and path in p.split(": ")[1] and what in p and allowed in p
    ]
    assert found, problems
    assert len(problems) == len(set(problems))


def test_everything_is_told_at_once_with_lines(project: Project) -> None:
    """Shape, rules and the layer's own faults come in one go, each with its line."""
    project.write(
        "templates/environments/standard.yaml", "queues:\n  - name: Everyone\ndefault_queue: Nobody\nfoo: 1\n"
    )
    project.text("  flexpark:park:\n    show_lst: true\n    task_timeout: soon\n")
    with pytest.raises(EnvironmentInvalid) as caught:
        project.load()
    assert [f"{p.where}: {p.path}" for p in caught.value.problems] == [
        f"{STACK_FILE}:9: flexpark:park.show_lst",
        f"{STACK_FILE}:10: flexpark:park.task_timeout",
        "templates/environments/standard.yaml:2: queues[0]",
        "templates/environments/standard.yaml:3: default_queue",
        "templates/environments/standard.yaml:4: foo",
    ]
    assert caught.value.exit_code == 2


FILES = {
    "no YAML": ("  - x: [", "is not YAML"),
    "tab": ("\t- x", "is not YAML"),
    "same key twice": ("  flexpark:customer: b\n", "flexpark:customer: is given twice, first in line 3"),
    "same key twice, deep": ("  flexpark:park: {enabled: true, enabled: false}\n", "park.enabled: is given twice"),
    "alias": ("  flexpark:park: &a {}\n  flexpark:pinned: *a\n", "flexpark:pinned: is an alias"),
    "tag": ("  flexpark:park: !!python/name:os.system x\n", "has the tag !!python/name:os.system"),
    "number as key": ("  1: x\n", "has a key that is not text"),
    "no namespace": ("  customer: x\n", "customer: is not a setting; did you mean flexpark:customer?"),
    "unknown top-level key": ("secretprovider: x\n", "did you mean secretsprovider?"),
    "Pulumi ESC": ("environment: [x]\n", "Pulumi ESC is not served yet"),
    "lone surrogate": ('  flexpark:default_queue: "\\ud800"\n', "invalid Unicode character"),
    "huge number": ("  flexpark:park: {task_timeout: 1" + "0" * 400 + "}\n", "park.task_timeout"),
    "not a number": ("  flexpark:park: {task_timeout: 1e999}\n", "park.task_timeout"),
    "deep nesting": ("  flexpark:park: " + "[" * 400_000 + "]" * 400_000 + "\n", "nested over 64 levels"),
}


@pytest.mark.parametrize(("extra", "expected"), FILES.values(), ids=FILES.keys())
def test_a_wrong_file_is_refused(project: Project, extra: str, expected: str) -> None:
    """What YAML allows and a configuration should not hold is refused by name."""
    problems = project.text(extra).problems()
    assert any(expected in problem for problem in problems), problems


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n", "config: [1]\n", "config:\n", "\x00"])
def test_a_file_without_settings_is_one_problem(project: Project, text: str) -> None:
    """No list of all that is missing where nothing is there."""
    project.write(STACK_FILE, text)
    assert 1 <= len(project.problems()) <= 2


def test_a_file_that_is_not_text_is_refused(project: Project) -> None:
    """Bytes that are no UTF-8 are told, with where they are."""
    (project.root / STACK_FILE).write_bytes(b"config: \xff\n")
    assert project.problems() == [f"{STACK_FILE}: : byte 8 is not UTF-8; UTF-8 text"]


def test_a_file_under_the_wrong_name_is_refused(project: Project) -> None:
    """The stack's name and the keys in its file agree."""
    assert "allowed: Pulumi.acme-prod.yaml" in project.stack(environment="prod").problems()[0]


def test_a_layer_holds_no_secret(project: Project) -> None:
    """Each stack has a salt of its own, so a layer could not be decrypted."""
    project.write(
        "templates/environments/standard.yaml", "queues: [{name: A, create: {}}]\ndefault_queue: {secure: v1:x}\n"
    )
    assert "templates/environments/standard.yaml: default_queue: is a secret" in project.problems()[0]


def test_a_layer_does_not_say_whose_it_is(project: Project) -> None:
    """Customer, environment and the like belong in the stack file."""
    layer = project.root / "templates/environments/standard.yaml"
    layer.write_text(layer.read_text() + "customer: acme\n")
    assert "customer: belongs in the stack file" in project.problems()[0]


@pytest.mark.parametrize("number", range(40))
def test_no_nonsense_gets_past_as_anything_but_a_problem(project: Project, number: int) -> None:
    """Any value in any place is a setting or a problem, never an exception of another kind."""
    values: list[Any] = [None, True, 0, -1, 1.5, "", " ", [], [[]], {}, {"a": None}, [None], "x" * 10_000, "\x7f", [{}]]
    places = ["queues", "routes", "park", "pinned", "default_queue", "customer", "layer", "version"]
    value = values[number % len(values)]
    project.stack(**{places[number % len(places)]: value, "stackId": values[(number * 7) % len(values)]}).problems()


@pytest.mark.parametrize(
    ("line", "what", "allowed"),
    [
        ("twilio:regoin: ie1", "is not a setting", "did you mean twilio:region? allowed: twilio:accountSid, twilio:"),
        ("twilio:stackId: f1e0", "is not a setting", "twilio:credentialsCommand, twilio:authToken, twilio:apiKey"),
        ("twilio:region: europe", 'is "europe"', "a region such as us1, ie1 or au1"),
        ("twilio:edge: Dublin!", 'is "Dublin!"', "an edge location such as ashburn or dublin"),
        ("twilio:endpoint: 127.0.0.1:8080", 'is "127.0.0.1:8080"', "an http or https address"),
        ("twilio:credentialsFile: ''", 'is ""', "at least 1 character"),
        ("twilio:credentialsCommand: {secure: v1:x}", "is a secret", "settings are plain text"),
        ("twilio:authToken: hush-hush", "is a secret in plain text", "`pulumi config set --secret twilio:authToken`"),
        ("twilio:apiSecret: hush-hush", "is a secret in plain text", "`pulumi config set --secret twilio:apiSecret`"),
        ("twilio:authToken: [{secure: v1:x}]", "is a secret in plain text", "pulumi config set"),
        ("twilio:apiKey: 7", "is not text", "the SID of an API key"),
    ],
)
def test_keys_of_the_provider_are_checked(project: Project, line: str, what: str, allowed: str) -> None:
    """What the provider never gets, or cannot use, is told while it is written; a credential is not repeated."""
    [problem] = project.text(f"  {line}\n").problems()
    assert problem.startswith(f"{STACK_FILE}: {line.partition(': ')[0]}: {what}"), problem
    assert allowed in problem
    assert "hush" not in problem


def test_credentials_may_be_kept_encrypted_and_others_keys_are_others(project: Project) -> None:
    """An API key's SID is no secret; it may be encrypted all the same."""
    secret = "{secure: v1:abc}"
    kept = f"  twilio:authToken: {secret}\n  twilio:apiSecret: {secret}\n  aws:region: eu-west-1\n"
    assert project.text(f"{kept}  twilio:apiKey: SK1\n").problems() == []
    assert project.text(f"{kept}  twilio:apiKey: {secret}\n").problems() == []
