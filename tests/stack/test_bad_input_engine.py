"""What the engine itself refuses: its exit codes, and a version that is too old for this project."""

from collections.abc import Iterator

import pytest

from flexpark.cli.rehearsal import open_rehearsal
from tests.stack.checkout import Checkout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A stack that is not up."""
    folder = tmp_path_factory.mktemp("engine")
    with open_rehearsal(folder / "rehearsal") as rehearsal:
        yield Checkout(folder / "checkout", rehearsal)


@pytest.mark.parametrize("command", [("preview",), ("up", "--yes"), ("destroy", "--yes")])
def test_an_engine_that_is_too_old_says_which_is_needed(checkout: Checkout, command: tuple[str, ...]) -> None:
    """Pulumi.yaml asks for the version; the engine compares itself with it before it runs the program."""
    checkout.write({">=3.259.0": ">=99.1.0"}, "Pulumi.yaml")
    try:
        done = checkout.pulumi(*command)
    finally:
        checkout.write({}, "Pulumi.yaml")
    assert 'does not satisfy the version range ">=99.1.0"' in done.text, done.text
    assert len(done.text.splitlines()) == 1
    assert done.code == 1
    assert done.writes == []


def test_an_unknown_stack_is_exit_code_6(checkout: Checkout) -> None:
    """As the engine gives it, so `flexpark` does."""
    env = checkout.rehearsal.environ
    plain = checkout.run(["pulumi", "preview", "--stack", "acme-prod", "--non-interactive"], env)
    assert "no stack named 'acme-prod' found" in plain.text
    assert plain.code == 6
    ours = checkout.flexpark("drain", "--stack", "acme-prod")
    assert "acme-prod: no such stack in the backend; there are: acme-dev" in ours.text, ours.text
    assert ours.code == 6
    assert plain.writes == ours.writes == []


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("preview", "--expect-no-changes"), 7),
        (("up",), 2),  # asks for --yes
        (("preview", "--wat"), 1),  # not 2: the engine does not class what its flag parser says
    ],
)
def test_the_exit_codes_that_the_engine_gives(checkout: Checkout, arguments: tuple[str, ...], code: int) -> None:
    """What docs/decisions/0201 says of plain `pulumi`."""
    done = checkout.pulumi(*arguments)
    assert done.code == code, done.text
    assert done.writes == []
