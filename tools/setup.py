"""Set up a checkout: `python3 tools/setup.py`, called by `make`.

Needs only the standard library. First it looks whether every tool is there, and names what is missing before anything
is installed; then it runs the steps below in order, each one named and timed. A step whose inputs have not changed
since it last succeeded is passed over, so a second call does no work (stamps in `.venv/.stamps`).
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said before the first line that an older one does not understand
    sys.exit(
        "setup: missing on this machine, nothing was installed:\n"
        f"  - Python >= 3.11 (this is {sys.version.split()[0]}): https://www.python.org/downloads/"
    )

import hashlib
import importlib.util
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = VENV / ".stamps"
PYTHON = VENV / "bin" / "python"


def _load_engine() -> ModuleType:
    """The engine finder, by path: it must run before flexpark can be imported."""
    path = ROOT / "src" / "flexpark" / "cli" / "engine.py"
    spec = importlib.util.spec_from_file_location("flexpark_engine", path)
    assert spec is not None and spec.loader is not None  # noqa: S101 - a file of this checkout
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


engine = _load_engine()


def say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def missing_tools() -> list[str]:
    """What this machine lacks, each with how to get it."""
    missing = []
    if importlib.util.find_spec("ensurepip") is None:
        missing.append("Python's venv module: on Debian and Ubuntu `apt-get install python3-venv`")
    node: tuple[int, ...] = engine.version_of("node", "--version")
    if node < (20,):
        found = ".".join(map(str, node)) or "none"
        missing.append(f"Node.js >= 20 (found: {found}): https://nodejs.org/en/download")
    if shutil.which("npm") is None:
        missing.append("npm: it comes with Node.js, https://nodejs.org/en/download")
    if not engine.ways():
        missing.append(
            f"one of: a Pulumi CLI >= {engine.MINIMUM} on PATH (https://www.pulumi.com/docs/install/), a way to "
            f"get.pulumi.com, or Go >= {'.'.join(map(str, engine.GO_MINIMUM))} (https://go.dev/dl/)"
        )
    return missing


def digest(*paths: Path) -> str:
    """One hash of some files' contents."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()


@dataclass(frozen=True)
class Step:
    """One step of the set-up; it is done when `stamp` was written by its last success and `there` still holds."""

    name: str
    run: Callable[[], None]
    stamp: Callable[[], str]
    there: Callable[[], bool]


def command(*argv: str, cwd: Path = ROOT) -> None:
    done = subprocess.run(argv, cwd=cwd, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        say((done.stdout + done.stderr).strip())
        raise SystemExit(f"setup: `{' '.join(Path(argv[0]).name if i == 0 else a for i, a in enumerate(argv))}` failed")


def make_venv() -> None:
    command(sys.executable, "-m", "venv", "--clear", str(VENV))


def install_python() -> None:
    command(
        str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        "--constraint", "constraints.txt", "--editable", "pulumi-twilio", "--editable", ".[dev]",
    )  # fmt: skip


def install_node() -> None:
    command("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", cwd=ROOT / "functions_src")


def install_engine() -> None:
    engine.install(ROOT / "tools" / "engine", say)


STEPS = [
    Step("virtual environment", make_venv, lambda: sys.version, PYTHON.exists),
    Step(
        "Python packages",
        install_python,
        lambda: digest(ROOT / "pyproject.toml", ROOT / "pulumi-twilio" / "pyproject.toml", ROOT / "constraints.txt"),
        (VENV / "bin" / "flexpark").exists,
    ),
    Step(
        "Node packages",
        install_node,
        lambda: digest(ROOT / "functions_src" / "package.json", ROOT / "functions_src" / "package-lock.json"),
        (ROOT / "functions_src" / "node_modules").is_dir,
    ),
    Step("Pulumi engine", install_engine, lambda: str(engine.MINIMUM), lambda: engine.find() is not None),
]


def main() -> None:
    """Run what is not done yet; exit 1 with a message when something is missing or fails."""
    missing = missing_tools()
    if missing:
        raise SystemExit(
            "setup: missing on this machine, nothing was installed:\n" + "\n".join(f"  - {m}" for m in missing)
        )
    began, ran = time.monotonic(), 0
    for number, step in enumerate(STEPS, 1):
        stamp = STAMPS / step.name.replace(" ", "-").lower()
        if step.there() and stamp.exists() and stamp.read_text() == step.stamp():
            continue
        ran += 1
        label = f"[{number}/{len(STEPS)}] {step.name}"
        say(f"setup: {label} ...")
        start = time.monotonic()
        step.run()
        STAMPS.mkdir(parents=True, exist_ok=True)
        stamp.write_text(step.stamp())
        say(f"setup: {label} done in {time.monotonic() - start:.1f} s")
    if ran:
        say(f"setup: ready after {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    os.chdir(ROOT)
    main()
