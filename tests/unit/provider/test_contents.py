"""What an import knows of uploaded contents: that of a FunctionVersion, and nothing of an AssetVersion's."""

from dataclasses import replace

from twilio_provider.values import Asset

from tests.unit.provider.engine_kit import Engine
from tests.unit.provider.fake_twilio import FakeTwilio
from tests.unit.provider.inventory import make

ASSET = "twilio:serverless:AssetVersion"
FUNCTION = "twilio:serverless:FunctionVersion"
OTHER = Asset("", text="something else")


def test_the_content_of_an_asset_is_not_asked_for(engine: Engine, twilio: FakeTwilio) -> None:
    """Twilio has no address for it: the import is one GET, and records no content, and no hash of one."""
    made = make(engine, ASSET)
    before = len(twilio.requests)
    imported = engine.import_(ASSET, made.identity)
    assert imported is not None
    assert [f"{r.method} {r.path}" for r in twilio.requests[before:]] == [f"GET /v1/{made.identity}"]
    assert "content" not in imported.inputs
    assert "contentHash" not in imported.outputs


def test_it_is_what_the_program_gives_first_and_a_change_of_that_is_a_replacement(engine: Engine) -> None:
    """From then on its hash is recorded."""
    made = make(engine, ASSET)
    imported = engine.import_(ASSET, made.identity)
    assert imported is not None
    first = engine.diff(imported, {**made.inputs, "content": OTHER})
    assert list(first.diffs) == []
    recorded = replace(imported, inputs=engine.check(ASSET, {**made.inputs, "content": OTHER}))
    assert list(engine.diff(recorded, made.inputs).replaces) == ["content"]


def test_the_hash_that_is_recorded_counts_where_the_inputs_are_not(engine: Engine) -> None:
    """A state of outputs alone, as older engines send it."""
    made = make(engine, ASSET)
    without = replace(made, inputs={name: value for name, value in made.inputs.items() if name != "content"})
    assert list(engine.diff(without, {**made.inputs, "content": OTHER}).replaces) == ["content"]


def test_the_content_of_a_function_is_read_and_compared(engine: Engine) -> None:
    """Another one than Twilio's is a difference at once."""
    made = make(engine, FUNCTION)
    imported = engine.import_(FUNCTION, made.identity)
    assert imported is not None
    assert list(engine.diff(imported, {**made.inputs, "content": OTHER}).replaces) == ["content"]
