"""Which stacks a selection means, and what is said of one that is none."""

from pathlib import Path

import pytest

from flexpark.cli import app
from flexpark.cli.fleet.select import selected

STACKS = {
    "acme-dev": "acme dev standard",
    "acme-eu-prod": "acme-eu prod premium",
    "beta-prod": "beta prod standard",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Three stack files, one of them broken further down: what it says of itself can be read all the same."""
    (tmp_path / "environments").mkdir()
    for name, said in STACKS.items():
        keys = zip(("customer", "environment", "layer"), said.split(), strict=True)
        text = "config:\n" + "".join(f"  flexpark:{key}: {value}\n" for key, value in keys)
        (tmp_path / "environments" / f"Pulumi.{name}.yaml").write_text(text)
    with (tmp_path / "environments" / "Pulumi.beta-prod.yaml").open("a") as file:
        file.write("  flexpark:queues: 3\n")
    return tmp_path


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        ("customer=acme*", ["acme-dev", "acme-eu-prod"]),
        ("customer=acme*,environment=prod", ["acme-eu-prod"]),
        ("environment=dev|prod , layer=standard", ["acme-dev", "beta-prod"]),
        ("stack=*-prod", ["acme-eu-prod", "beta-prod"]),
    ],
)
def test_every_condition_must_hold_and_one_alternative(root: Path, selection: str, names: list[str]) -> None:
    """Patterns are the shell's; the order is that of the names."""
    assert selected(root, selection) == names


@pytest.mark.parametrize(
    ("selection", "code", "told"),
    [
        ("customer=nobody-*", 6, ("selects no stack", "acme-dev")),
        ("client=acme", 2, ("'client' is no key", "customer")),
        ("customer", 2, ("'customer' is not KEY=PATTERN",)),
        ("customer=", 2, ("'customer=' is not KEY=PATTERN",)),
        ("customer=a,customer=b", 2, ("'customer' is given twice", "customer=a|b")),
        ("customer,client=x", 2, ("'customer' is not", "'client' is no key")),
    ],
)
def test_a_selection_that_is_none_says_what_is_allowed(
    capsys: pytest.CaptureFixture[str], selection: str, code: int, told: tuple[str, ...]
) -> None:
    """Everything at once, before any engine is started."""
    assert app.run(["rollout", "preview", "--select", selection]) == code
    said = capsys.readouterr().err
    for text in told:
        assert text in said
