"""What is derived, and that it is today what it would be derived to."""

from twilio_api.recording import record
from twilio_provider.catalogue.derive import camel
from twilio_provider.catalogue.files import stale
from twilio_provider.catalogue.load import load
from twilio_provider.catalogue.reference import reference
from twilio_provider.catalogue.schema import package_schema


def test_the_checked_in_files_are_what_would_be_derived() -> None:
    """Catalogue, schema and the table of twins; ``python -m twilio_provider.pipeline`` brings them up to date."""
    assert stale() == []


def test_a_recording_gives_wire_names_and_places_without_guessing() -> None:
    """Form fields, query filters, headers and paths, from what the SDK really sends."""
    recorded = {(r.product, r.name): r for r in record(["taskrouter", "sync"])}
    workflow = recorded["taskrouter", "Workflow"]
    create = workflow.operations["create"]
    assert (create.method, create.path) == ("POST", "/v1/Workspaces/{workspace_sid}/Workflows")
    assert {f.wire for f in create.fields if f.required} == {"FriendlyName", "Configuration"}
    assert [f.wire for f in workflow.operations["list"].fields] == ["FriendlyName"]
    item = recorded["sync", "SyncMapItem"]
    assert ("If-Match", "header") in {(f.wire, f.where) for f in item.operations["update"].fields}


def test_what_the_sdk_says_below_an_enum_is_found_too() -> None:
    """There it is no docstring any more: a Workspace's follows its QueueOrder."""
    (workspace,) = [r for r in record(["taskrouter"]) if r.name == "Workspace"]
    docs = {output.wire: output.doc for output in workspace.outputs}
    assert docs["multi_task_enabled"].startswith("Whether multi-tasking is enabled.")


def test_an_operation_that_cannot_be_recorded_is_listed_with_its_reason() -> None:
    """Nothing is left out silently."""
    skipped = [(r.name, operation) for r in record(["flex_api"]) for operation in r.skipped]
    assert ("InteractionTransfer", "create") in skipped


def test_names_are_camel_case() -> None:
    """The SDK's trailing underscores are not Twilio's."""
    assert camel("task_reservation_timeout") == "taskReservationTimeout"
    assert camel("from_") == "from"


def test_every_type_says_how_a_twin_is_met() -> None:
    """By a unique name, by a marker, or by a repair."""
    for resource in load().resources:
        assert resource.key or resource.marker or resource.twin or resource.singleton, resource.token


def test_every_type_that_is_let_go_says_why() -> None:
    """The reference prints it."""
    for resource in load().resources:
        assert (resource.delete == "request") is (resource.why_delete == ""), resource.token


def test_a_repeated_create_is_only_allowed_where_a_twin_is_harmless() -> None:
    """And then the table of twins says so."""
    assert all(resource.twin for resource in load().resources if resource.harmless)


def test_a_model_of_the_sdk_gives_its_properties_as_the_fields_of_a_json_body() -> None:
    """What is sent as JSON is derived like a form, under Twilio's own names; a patch is preferred to a replacement."""
    (rule,) = [r for r in record(["webhooks"]) if r.name == "Rule"]
    create, update = rule.operations["create"], rule.operations["update"]
    assert (create.encoding, create.method, update.method) == ("json", "POST", "PATCH")
    assert ("friendlyName", "json") in {(f.wire, f.where) for f in create.fields}
    assert "type" not in {f.wire for f in update.fields}


def test_the_reference_has_every_type_and_function_once() -> None:
    """On the page of its product."""
    schema = package_schema(load())
    pages = reference(schema)
    for token in schema["resources"]:
        assert [name for name, text in pages.items() if f"## {token}\n" in text] == [f"{token.split(':')[1]}.md"]
    for token in schema["functions"]:
        assert [name for name, text in pages.items() if f"| `{token}` |" in text] == [f"{token.split(':')[1]}.md"]
