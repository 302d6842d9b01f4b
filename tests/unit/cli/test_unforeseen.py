"""What goes wrong without anybody having foreseen it: one line, no secret, and the traceback where it is asked for."""

import sys
from types import ModuleType

import pytest
import typer
from twilio_api.errors import CredentialsMissing, Interrupted, Refused, Unreachable

from flexpark.cli import app

SID = "AC" + "f" * 32
TOKEN = "0123456789abcdef0123456789abcdef"
SECRET = "OfAnotherSourceThanTheEnvironmen"
PASSPHRASE = "open sesame"


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module whose command the table has as `broken`."""
    module = ModuleType("flexpark.cli.broken")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(app.COMMANDS, "broken", "broken")
    return module


def run(module: ModuleType, error: Exception) -> int:
    """Run a command that raises this."""

    def command() -> None:
        raise error

    module.__dict__["command"] = command
    return app.run(["broken"])


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyError("date_created"), "KeyError: 'date_created'"),
        (ValueError("max() arg is\nan empty sequence"), "ValueError: max() arg is an empty sequence"),
        (AssertionError(), "AssertionError"),
        (RuntimeError("x" * 5000), f"RuntimeError: {'x' * 500}..."),
    ],
)
def test_a_fault_is_one_line_and_exit_code_1(
    broken: ModuleType, capsys: pytest.CaptureFixture[str], error: Exception, said: str
) -> None:
    """Its type, its text, and how to report it; nothing on stdout."""
    assert run(broken, error) == 1
    out, err = capsys.readouterr()
    line = f"error: this is a fault of flexpark: {said}; please report it, with FLEXPARK_DEBUG=1 set for the traceback"
    assert (out, err) == ("", f"{line}\n")


@pytest.mark.parametrize("debug", ["", "1"])
def test_no_secret_is_in_a_fault(
    broken: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, debug: str
) -> None:
    """Neither of the environment's nor what has the shape of one of Twilio's, in the line and in the traceback."""
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("FLEXPARK_DEBUG", debug)
    error = KeyError(f"{SID} {TOKEN} {PASSPHRASE} {SECRET}")
    error.__cause__ = ValueError(f"'{TOKEN}'={PASSPHRASE}")
    assert run(broken, error) == 1
    err = capsys.readouterr().err
    assert SID in err
    assert not [secret for secret in (TOKEN, PASSPHRASE, SECRET) if secret in err]
    assert ("Traceback" in err, "test_unforeseen.py" in err) == (bool(debug), bool(debug))


def test_half_a_secret_is_none_either(
    broken: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long text is cut after what is secret has been taken out."""
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
    run(broken, ValueError("x" * 490 + TOKEN))
    assert TOKEN[:10] not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (
            Refused(400, 20001, "no such thing"),
            4,
            "flexpark broken: Twilio refused\nTwilio said 400, code 20001: no such",
        ),
        (Refused(401, 20003, "Authenticate"), 3, "Twilio said 401, code 20003"),
        (CredentialsMissing("There are no Twilio credentials"), 3, "flexpark broken: There are no Twilio credentials"),
        (Unreachable("sync.twilio.com", "timed out", sent=True), 1, "no answer from Twilio\nsync.twilio.com gave no"),
        (Interrupted("its time was up"), 1, "no answer from Twilio"),
    ],
)
def test_what_twilio_says_is_foreseen_everywhere(
    broken: ModuleType, capsys: pytest.CaptureFixture[str], error: Exception, code: int, said: str
) -> None:
    """Where a command lets it through, it is told as the others are, with the exit code of its class."""
    assert run(broken, error) == code
    err = capsys.readouterr().err
    assert said in err
    assert "fault of flexpark" not in err


def test_whoever_stops_it_has_found_no_fault(broken: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """Typer's `Abort` is an exception like any other, and means `no`."""
    assert run(broken, typer.Abort()) == 8
    assert "fault" not in capsys.readouterr().err
