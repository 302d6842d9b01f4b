"""An environment from nothing to nothing, by plain `pulumi` commands.

What each costs in requests, and what is refused.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from flexpark.cli.drain import drain
from flexpark.cli.rehearsal import Rehearsal, open_rehearsal


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """A stack that is not up yet; the tests of this file take it through its life in their order."""
    with open_rehearsal(tmp_path_factory.mktemp("life") / "rehearsal") as rehearsal:
        yield rehearsal


def operations(seen: list[dict[str, Any]]) -> Counter[str]:
    """How often each operation was asked for; an operation's name is unique within its host only."""
    return Counter(f"{request['host'].split('.')[0]} {request['operation']}" for request in seen)


WRITES = {"POST", "PUT", "DELETE"}


def test_a_preview_writes_nothing(life: Rehearsal) -> None:
    """Only look-ups, before anything exists."""
    with life.counting() as seen:
        life.pulumi("preview")
    assert [request for request in seen if request["method"] in WRITES] == []


def test_up_creates_each_thing_once_and_exports_what_operators_need(life: Rehearsal) -> None:
    """One POST for each resource; every SID and address is an output."""
    life_before = life.inventory()
    with life.counting() as seen:
        life.pulumi("up", "--yes", "--skip-preview")
    counts = operations(seen)
    for once in ("taskrouter CreateWorkflow", "serverless CreateBuild", "serverless CreateDeployment"):
        assert counts[once] == 1, counts
    assert counts["taskrouter CreateTaskQueue"] == 2
    assert counts["serverless CreateFunction"] == counts["serverless-upload CreateFunctionVersion"]
    outputs = life.outputs()
    assert outputs["workspaceSid"] == life.account["workspaceSid"]
    assert set(outputs["queueSids"]) >= {"Sales", "Support"}
    assert outputs["domain"].endswith(".twil.io")
    assert outputs["wakeUrl"] == f"https://{outputs['domain']}/unpark-on-message?v=1"
    assert outputs["eventSinkSid"].startswith("DG") and outputs["eventSubscriptionSid"].startswith("DF")
    created = {kind: set(names) - set(life_before[kind]) for kind, names in life.inventory().items()}
    assert created["activities"] == created["task channels"] == created["workers"] == set()


def test_nothing_changed_asks_for_look_ups_only(life: Rehearsal) -> None:
    """No request for a managed resource."""
    with life.counting() as seen:
        life.pulumi("preview", "--expect-no-changes")
    assert set(operations(seen)) <= {"flex-api FetchConfiguration", "taskrouter ListTaskQueue", "api FetchAccount"}, (
        operations(seen)
    )


def test_with_pinned_look_ups_nothing_changed_asks_nothing(life: Rehearsal) -> None:
    """The SIDs in the stack file stand for the look-ups."""
    original = life.stack_file.read_text()
    queues = {"Everyone": life.account["queues"]["Everyone"]}
    life.configure("pinned", {"workspaceSid": life.account["workspaceSid"], "queues": queues})
    try:
        with life.counting() as seen:
            life.pulumi("preview", "--expect-no-changes")
        assert operations(seen) == Counter()
    finally:
        life.stack_file.write_text(original)


def test_one_changed_function_is_one_upload_one_build_one_deployment(life: Rehearsal) -> None:
    """A setting that is rendered into one function only touches no other."""
    life.configure("park", {"list_ttl": {"default": "36h"}})
    with life.counting() as seen:
        life.pulumi("up", "--yes", "--skip-preview")
    writes = operations([request for request in seen if request["method"] in WRITES])
    assert writes == Counter(
        {"serverless-upload CreateFunctionVersion": 1, "serverless CreateBuild": 1, "serverless CreateDeployment": 1}
    )


def test_a_changed_queue_is_updated_in_place(life: Rehearsal) -> None:
    """A queue keeps its SID when its settings change, so parked work finds it again."""
    before = life.outputs()["queueSids"]
    queues = [
        {"name": "Sales", "create": {"target_workers": 'skills HAS "sales"', "max_reserved_workers": 2}},
        {"name": "Support", "create": {"target_workers": 'skills HAS "support"'}},
        {"name": "Everyone", "existing": {"name": "Everyone"}},
    ]
    life.configure("queues", queues)
    life.pulumi("up", "--yes", "--skip-preview")
    assert life.outputs()["queueSids"] == before


def ui_attributes(life: Rehearsal) -> Any:
    """What the account's Flex Configuration tells the agents' browsers."""
    return life.api("GET", "flex-api.twilio.com/v1/Configuration")["ui_attributes"]


OTHERS: dict[str, Any] = {"custom_data": {"features": {"callbacks": {"enabled": True}}}, "theme": "dark"}


def test_the_flex_ui_is_told_beside_the_keys_of_others(life: Rehearsal) -> None:
    """`park.flex_ui` adds one key to what Flex's Configuration holds, and nothing else of it changes."""
    credentials = (life.account["accountSid"], life.account["authToken"])
    body = {"account_sid": credentials[0], "ui_attributes": OTHERS}
    address = "/flex-api.twilio.com/v1/Configuration"
    assert life.http.post(address, json=body, auth=credentials).status_code == 200
    life.configure("park", {"list_ttl": {"default": "36h"}, "flex_ui": True})
    with life.counting() as seen:
        life.pulumi("up", "--yes", "--skip-preview")
    assert operations([r for r in seen if r["method"] in WRITES]) == Counter({"flex-api UpdateConfiguration": 1})
    features = {**OTHERS["custom_data"]["features"], "park_interaction": {"enabled": True, "show_list": True}}
    assert ui_attributes(life) == {"custom_data": {"features": features}, "theme": "dark"}


def test_destroy_is_refused_while_protected_and_deletes_nothing(life: Rehearsal) -> None:
    """The refusal comes before the first write, also without a preview, where the engine deletes as it goes."""
    with life.counting() as seen:
        refused = [life.pulumi("destroy", "--yes", *more, check=False) for more in ((), ("--skip-preview",))]
    assert all(done.returncode != 0 and "protected" in done.stdout for done in refused)
    assert [request for request in seen if request["method"] in WRITES] == []


def test_a_drained_stack_is_destroyed_and_leaves_the_account_as_it_was(life: Rehearsal) -> None:
    """Few requests, since what lies in the Serverless service goes with it; Flex's own is untouched."""
    drain(life.stack, mode="invite", environ=life.environ)
    with life.counting() as seen:
        life.pulumi("destroy", "--yes", "--skip-preview")
    writes = operations([request for request in seen if request["method"] in WRITES])
    assert writes == Counter(
        {
            "taskrouter DeleteTaskQueue": 2,
            "taskrouter DeleteWorkflow": 1,
            "events DeleteSubscription": 1,
            "events DeleteSink": 1,
            "sync DeleteService": 1,
            "serverless DeleteService": 1,
            "flex-api UpdateConfiguration": 1,
        }
    ), writes
    assert ui_attributes(life) == OTHERS
    left = life.inventory()
    assert left["Serverless services"] == []
    assert not {"Sales", "Support"} & set(left["task queues"])
