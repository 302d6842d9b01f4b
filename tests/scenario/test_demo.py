"""`make demo`, as a newcomer runs it: the whole main job, and going on by hand."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def demo(*options: str) -> subprocess.CompletedProcess[str]:
    """Run the demo in a process group of its own, as a terminal would."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO_", "PULUMI_"))}
    return subprocess.run(
        [sys.executable, "-m", "flexpark.cli", "demo", *options],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
        timeout=240,
    )


def mentioning(text: str) -> list[int]:
    """The processes whose command line or environment names a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            seen = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
        except OSError:
            continue
        if text.encode() in seen:
            found.append(int(entry.name))
    return found


def test_the_demo_shows_the_main_job_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """Every step holds what it says, the account is as before, no process is left, the checkout is clean."""
    stack_file = ROOT / "environments" / "Pulumi.acme-dev.yaml"
    before = stack_file.read_bytes()
    done = demo("--json", "--folder", str(tmp_path / "demo"))
    assert done.returncode == 0, done.stderr[-3000:]
    steps = json.loads(done.stdout)
    facts = {name: value for step in steps for name, value in step["facts"].items()}
    assert len(steps) == 13
    assert facts["history"] == ["My invoice is wrong", "Any news?"]
    assert "protected" in facts["Pulumi says"]
    assert stack_file.read_bytes() == before
    assert mentioning(str(tmp_path)) == []


def test_a_kept_demo_goes_on_by_hand_as_printed(tmp_path: Path) -> None:
    """The printed commands work as they stand, in a plain shell, down to the last one that ends the emulator.

    With `--json`, stdout holds that and nothing else.
    """
    done = demo("--keep", "--json", "--folder", str(tmp_path / "demo"))
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout)[0]["step"].startswith("An emulator")
    printed = done.stderr.partition("To go on by hand:")[2]
    commands = [line.strip() for line in printed.splitlines() if line.startswith("  ")]
    assert [command.split()[0] for command in commands] == ["source", "pulumi", "flexpark", "pulumi", "kill"]
    pid = int(commands[-1].split()[1])
    try:
        script = "\n".join(
            ["set -ex", *(f"{command} </dev/null" if command.startswith("pulumi") else command for command in commands)]
        )
        went_on = subprocess.run(
            ["bash", "-c", script.replace("pulumi destroy", "pulumi destroy --yes")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert went_on.returncode == 0, went_on.stdout[-2000:] + went_on.stderr[-2000:]
        assert "unchanged" in went_on.stdout
        assert "deleted" in went_on.stdout
    finally:
        if Path(f"/proc/{pid}").exists():
            os.kill(pid, signal.SIGTERM)
