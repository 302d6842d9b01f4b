"""Find the Pulumi engine, or get one: on PATH if new enough, else this user's cache, else the official installer, else
a build.

Standard library only: the set-up runs this file before any package is installed. An engine lies in
`<cache>/flexpark/pulumi-<version>/bin`, the layout that Pulumi's own installer and
`pulumi.automation.PulumiCommand(root=...)` use, so one build serves every checkout of a user.
"""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PINNED = (3, 259, 0)
MINIMUM = ".".join(map(str, PINNED))
GO_MINIMUM = (1, 25)
INSTALLER = "https://get.pulumi.com/install.sh"
INSTALLER_HOST = "get.pulumi.com"
PULUMI_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
HOST_PACKAGE = "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python"


@dataclass(frozen=True)
class Engine:
    """A Pulumi CLI: its folder (to be put first on PATH), its version, and whether it came from PATH."""

    bin: Path
    version: tuple[int, ...]
    on_path: bool

    @property
    def root(self) -> Path:
        """What `PulumiCommand(root=...)` takes."""
        return self.bin.parent


class EngineError(Exception):
    """No usable engine; the message says what was found and how to get one."""


def parse_version(text: str) -> tuple[int, ...]:
    """The first dotted number of a text, `()` where there is none."""
    found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    return tuple(int(part) for part in found.groups() if part is not None) if found else ()


def cache_dir() -> Path:
    """This user's cache folder of flexpark, where the platform keeps such things."""
    if sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "flexpark"


def cached_root() -> Path:
    """Where the pinned engine lies, or will."""
    return cache_dir() / f"pulumi-{MINIMUM}"


@cache
def version_of(*command: str) -> tuple[int, ...]:
    """The first dotted number that a command prints on stdout, `()` where the command is missing or broken."""
    env = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    except OSError:
        return ()
    return parse_version(done.stdout)


def _on_path() -> Engine | None:
    found = shutil.which("pulumi")
    if found is None:
        return None
    executable = Path(found).resolve()
    version = PINNED if executable.parent == cached_root() / "bin" else _remembered_version(executable)
    return Engine(executable.parent, version, on_path=True)


def _remembered_version(executable: Path) -> tuple[int, ...]:
    """The version of an engine, asked once for each file: the answer takes longer than all else that a command does.

    A script in its place may choose another one each time, so it is asked each time.
    """
    with executable.open("rb") as file:
        if executable.name != "pulumi" or file.read(2) == b"#!":
            return version_of(str(executable), "version")
    status = executable.stat()
    key = f"{executable} {status.st_size} {status.st_mtime_ns}"
    notes = cache_dir() / "engine-versions.json"
    try:
        known: dict[str, list[int]] = dict(json.loads(notes.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        known = {}
    if key not in known:
        version = version_of(str(executable), "version")
        if not version:
            return version  # broken: perhaps not for long
        known = {**known, key: list(version)}
        with contextlib.suppress(OSError):  # then it is asked again
            notes.parent.mkdir(parents=True, exist_ok=True)
            written = notes.with_suffix(f".{os.getpid()}")
            written.write_text(json.dumps(known), "utf-8")
            written.replace(notes)
    return tuple(known[key])


def find() -> Engine | None:
    """The engine to use: the one on PATH if it is new enough, else the cached one; None where there is neither."""
    path = _on_path()
    if path is not None and path.version >= PINNED:
        return path
    root = cached_root()
    if (root / "bin" / "pulumi").exists() and _complete(root):
        return Engine(root / "bin", PINNED, on_path=False)
    return None


def need() -> Engine:
    """The engine to use. Raises `EngineError` that names what is there and what is allowed."""
    found = find()
    if found is not None:
        return found
    path = _on_path()
    have = (
        f"pulumi {'.'.join(map(str, path.version)) or 'of unknown version'} on PATH is too old"
        if path
        else "no pulumi on PATH"
    )
    raise EngineError(
        f"engine: {have}; needed: >= {MINIMUM}. `make setup` gets one, or see https://www.pulumi.com/docs/install/"
    )


def _complete(root: Path) -> bool:
    return all((root / "bin" / name).exists() for name in ("pulumi-language-python", "pulumi-language-python-exec"))


def _installer_reachable() -> bool:
    try:
        socket.create_connection((INSTALLER_HOST, 443), timeout=3).close()
    except OSError:
        return False
    return True


def _go_is_new_enough() -> bool:
    return version_of("go", "env", "GOVERSION") >= GO_MINIMUM


def ways() -> list[str]:
    """How this machine can come by an engine, best first: `found`, `installer`, `go`."""
    if find() is not None:
        return ["found"]
    return [way for way, there in (("installer", _installer_reachable), ("go", _go_is_new_enough)) if there()]


def install(modules: Path, say: Callable[[str], None]) -> Engine:
    """Make sure of an engine; `modules` is the folder with the pinned go.mod files. Raises `EngineError`."""
    for way in ways():
        if way == "installer":
            _run_installer(say)
        elif way == "go":
            _build(modules, say)
        found = find()
        if found is not None:
            return found
    return need()


def _run_installer(say: Callable[[str], None]) -> None:
    import urllib.request  # noqa: PLC0415 - every command loads this file, and hardly any downloads

    say(f"  downloading Pulumi {MINIMUM} with Pulumi's installer")
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "install.sh"
        try:
            with urllib.request.urlopen(INSTALLER, timeout=60) as answer:
                script.write_bytes(answer.read())
        except OSError as error:
            say(f"  the installer could not be downloaded: {error}")
            return
        argv = ["sh", str(script), "--version", MINIMUM, "--install-root", str(cached_root()), "--no-edit-path"]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            say(f"  the installer failed: {(done.stderr or done.stdout).strip()[-400:]}")


def _build(modules: Path, say: Callable[[str], None]) -> None:
    """Build CLI and language host from the pinned modules, beside their place, then move them there in one step."""
    say(f"  building Pulumi {MINIMUM} with Go (some minutes, once per user)")
    root = cached_root()
    root.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root.parent) as folder:
        out = Path(folder) / "engine" / "bin"
        out.mkdir(parents=True)
        version = f"-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{MINIMUM}"
        _go(["build", "-ldflags", version, "-o", str(out / "pulumi"), PULUMI_PACKAGE], modules / "cli", say)
        _go(
            ["build", "-ldflags", "-s -w", "-o", str(out / "pulumi-language-python"), HOST_PACKAGE],
            modules / "language-python",
            say,
        )
        sdk = _go(["list", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi/sdk/v3"], modules / "cli", say).strip()
        script = out / "pulumi-language-python-exec"
        shutil.copyfile(Path(sdk) / "python" / "cmd" / script.name, script)
        script.chmod(0o755)
        if root.exists():
            shutil.rmtree(root)  # an incomplete one: `find` did not take it
        out.parent.rename(root)


def _go(arguments: list[str], module: Path, say: Callable[[str], None]) -> str:
    """Run go in a module's folder, with a sign of life every 20 seconds.

    Raises `EngineError` with the end of its output.
    """
    env = {**os.environ, "GOFLAGS": "-mod=readonly", "GOWORK": "off"}
    process = subprocess.Popen(
        ["go", *arguments], cwd=module, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    start = time.monotonic()
    while True:
        try:
            out, err = process.communicate(timeout=20)
            break
        except subprocess.TimeoutExpired:
            say(f"  ... go {arguments[0]} in {module.name}, {time.monotonic() - start:.0f} s")
    if process.returncode != 0:
        raise EngineError(f"engine: go {arguments[0]} failed in {module.name}:\n{err.strip()[-2000:]}")
    return out


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{need().bin}\n")
    except EngineError as error:  # a shell puts stdout into PATH
        sys.exit(f"error: {error}")
