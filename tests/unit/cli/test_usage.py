"""The command line itself: typos, help with examples that work, colours, completion, ports."""

import json
import os
import pty
import re
import select
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from flexpark import load_environment
from flexpark.cli.app import COMMANDS

ROOT = Path(__file__).resolve().parents[3]
FLEXPARK = [sys.executable, "-m", "flexpark.cli"]


def flexpark(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a shell would, 200 columns wide."""
    env = {**os.environ, "COLUMNS": "200", **environ}
    return subprocess.run([*FLEXPARK, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def example(command: str) -> str:
    """The example in a command's help."""
    found = re.search(r"Example: flexpark (.+?)\s*$", flexpark(command, "--help").stdout, re.MULTILINE)
    assert found, f"flexpark {command} --help shows no example"
    return found[1]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("dran",), ("No such command 'dran'. Did you mean 'drain'?", f"allowed: {', '.join(COMMANDS)}")),
        (
            ("drain", "--mod", "close"),
            ("No such option: --mod", "allowed: --stack, --mode", "see `flexpark drain --help`"),
        ),
        (("drain", "-s", "acme-dev", "--mode", "open"), ("'--mode'", "'open' is not one of 'invite', 'close'")),
        (("drain", "-s", "acme-dev", "--timeout", "-1"), ("'--timeout'", "greater than or equal to 0")),
        (("drain",), ("Missing option '--stack' / '-s'",)),
        (("emulate", "--port", "http"), ("'--port'", "integer")),
        (("emulate", "--port", "65536"), ("'--port'", "65535")),
        (("demo", "now"), ("unexpected extra argument", "now")),
        (("--verion",), ("No such option: --verion",)),
    ],
)
def test_a_typo_is_answered_with_what_is_allowed(arguments: tuple[str, ...], told: tuple[str, ...]) -> None:
    """Three lines at most on stderr, nothing on stdout, exit code 2."""
    done = flexpark(*arguments)
    for text in told:
        assert text in done.stderr
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) <= 3
    assert done.stderr.startswith("error: ")


def test_without_arguments_it_helps() -> None:
    """Every command is listed; that is no error."""
    done = flexpark()
    assert done.returncode == 0
    for command in COMMANDS:
        assert command in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_shows_an_example_of_its_own_command(command: str) -> None:
    """What follows `Example:` can be copied; its options exist."""
    words = shlex.split(example(command))
    assert words[0] == command
    listed = flexpark(command, "--help").stdout
    for word in words[1:]:
        assert not word.startswith("-") or word in listed


@pytest.mark.parametrize("stack", [[], ["-s", "acme-dev"]], ids=["no stack", "a stack"])
def test_the_example_of_emulate_starts_an_emulator(stack: list[str]) -> None:
    """As printed; one line of JSON on stdout, nothing else; Ctrl-C ends it. For a stack, Flex is on in its account."""
    with subprocess.Popen(
        [*FLEXPARK, *shlex.split(example("emulate")), *stack],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        started = json.loads(process.stdout.readline())
        assert started["url"].startswith("http://127.0.0.1:")
        credentials = (started["account_sid"], started["auth_token"])
        flex = httpx.get(f"{started['url']}/flex-api.twilio.com/v1/Configuration", auth=credentials, trust_env=False)
        assert flex.status_code == (200 if stack else 404)
        assert not stack or started["account_sid"] == load_environment(ROOT, "acme-dev").account_sid
        process.send_signal(2)
        rest, errors = process.communicate(timeout=20)
    assert rest == ""
    assert "Traceback" not in errors
    assert process.returncode == 0


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


@pytest.mark.parametrize("option", ["--port", "--proxy-port"])
@pytest.mark.parametrize("module", [["flexpark.cli", "emulate"], ["twilio_emulator"]])
def test_a_port_in_use_is_named(taken: int, option: str, module: list[str]) -> None:
    """One line that names port and option, and exit code 1."""
    argv = [sys.executable, "-m", *module, "--port", "0", option, str(taken)]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    assert f"port {taken} ({option}) is in use on 127.0.0.1; name another, or 0 for any" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.returncode == 1


def test_the_emulator_names_what_is_no_port() -> None:
    """The module's own command line, as `flexpark emulate` does."""
    argv = [sys.executable, "-m", "twilio_emulator", "--port", "70000"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    assert "'70000' is not a port; 0 to 65535 are allowed" in done.stderr
    assert done.returncode == 2


def on_a_terminal(argv: list[str], env: Mapping[str, str]) -> str:
    """What a command prints when it writes to a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(argv, cwd=ROOT, env=env, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    text = b""
    while select.select([ours], [], [], 30)[0]:
        try:
            part = os.read(ours, 4096)
        except OSError:  # Linux: the other end is closed
            break
        if not part:
            break
        text += part
    os.close(ours)
    process.wait()
    return text.decode()


@pytest.mark.parametrize("arguments", [["--help"], ["dran"]])
def test_no_color_is_honoured(arguments: list[str]) -> None:
    """A terminal gets colours, unless NO_COLOR says otherwise; bold and the like are styles, and stay."""
    env = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "CI", "GITHUB_ACTIONS"}}
    env["TERM"] = "xterm-256color"
    coloured = on_a_terminal([*FLEXPARK, *arguments], env)
    plain = on_a_terminal([*FLEXPARK, *arguments], {**env, "NO_COLOR": "1"})
    colours = re.compile(r"\x1b\[(?:\d+;)*(?:3\d|9\d|4\d)(?:;\d+)*m")
    assert colours.search(coloured)
    assert not colours.search(plain), repr(plain)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("flexpark d", {"demo", "drain"}),
        ("flexpark drain --mode ", {"invite", "close"}),
        ("flexpark drain --stack acme", {"acme-dev"}),
    ],
)
def test_a_shell_completes_commands_values_and_stacks(typed: str, offered: set[str]) -> None:
    """What bash asks for when Tab is pressed at the end of what was typed."""
    words = typed.split(" ")
    asked = {"_FLEXPARK_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1)}
    assert offered <= set(flexpark(**asked).stdout.split())


def test_the_completion_script_is_for_the_shell_that_asks() -> None:
    """`flexpark --show-completion` looks which shell it is called from, and prints a script for that one to source."""
    script = f"{shlex.join([*FLEXPARK, '--show-completion'])}; exit $?"  # without more to do, bash would not stay
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "_FLEXPARK_COMPLETE=complete_bash" in done.stdout


def test_a_folder_with_other_things_in_it_is_not_made_anew(tmp_path: Path) -> None:
    """`flexpark demo --folder` removes an earlier rehearsal only."""
    (tmp_path / "thesis.txt").write_text("irreplaceable")
    done = flexpark("demo", "--folder", str(tmp_path))
    assert "thesis.txt" in done.stderr and "allowed:" in done.stderr
    assert done.returncode == 2
    assert (tmp_path / "thesis.txt").read_text() == "irreplaceable"
