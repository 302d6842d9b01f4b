"""The newest engine that the Go module proxy offers, beside the pinned one: prints its folder, for `make compat`.

It is built as `flexpark.cli.engine` builds the pinned one, from a copy of the pinned module that `go get` moves to that
release, and lies in the same cache. The language host is the pinned one: newer ones are no published module.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from flexpark.cli import engine

HERE = Path(__file__).parent
MODULE = "github.com/pulumi/pulumi/pkg/v3"
SDK = "github.com/pulumi/pulumi/sdk/v3"
RELEASE = re.compile(r"v\d+\.\d+\.\d+")
TOOLS = ("pulumi", "pulumi-language-python", "pulumi-language-python-exec")


def main() -> int:
    """Build it where it is not there yet. Exit code 1, with a line on stderr, where it cannot be had."""
    try:
        version = newest()
        root = engine.cache_dir() / f"pulumi-{version}"
        if not all((root / "bin" / name).exists() for name in TOOLS):
            build(version, root)
    except (OSError, subprocess.CalledProcessError) as error:
        said = error.stderr.strip()[-2000:] if isinstance(error, subprocess.CalledProcessError) else str(error)
        sys.stderr.write(f"newest engine: not to be had: {said}\n")
        return 1
    sys.stdout.write(f"{root / 'bin'}\n")
    return 0


def newest() -> str:
    """The version of the newest release, such as `3.276.0`."""
    listed = go("list", "-m", "-versions", MODULE, folder=HERE / "cli").split()
    return [entry for entry in listed if RELEASE.fullmatch(entry)][-1].removeprefix("v")


def build(version: str, root: Path) -> None:
    """Build it beside its place, then move it there in one step."""
    sys.stderr.write(f"newest engine: building Pulumi {version} with Go (some minutes, once per user)\n")
    root.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root.parent) as folder:
        module, out = Path(folder) / "cli", Path(folder) / "engine" / "bin"
        shutil.copytree(HERE / "cli", module)
        out.mkdir(parents=True)
        go("get", f"{engine.PULUMI_PACKAGE}@v{version}", folder=module)
        flags = f"-s -w -X {SDK}/go/common/version.Version=v{version}"
        go("build", "-ldflags", flags, "-o", str(out / TOOLS[0]), engine.PULUMI_PACKAGE, folder=module)
        host = ["-ldflags", "-s -w", "-o", str(out / TOOLS[1]), engine.HOST_PACKAGE]
        go("build", *host, folder=HERE / "language-python")
        sdk = go("list", "-m", "-f", "{{.Dir}}", SDK, folder=module).strip()
        shutil.copyfile(Path(sdk) / "python" / "cmd" / TOOLS[2], out / TOOLS[2])
        (out / TOOLS[2]).chmod(0o755)
        if root.exists():
            shutil.rmtree(root)  # an incomplete one
        out.parent.rename(root)


def go(*arguments: str, folder: Path) -> str:
    """What a go command prints. Raises `OSError` where there is no Go, `CalledProcessError` where it fails."""
    mode = "-mod=readonly" if folder.parent == HERE else "-mod=mod"  # the pinned modules are never changed
    env = {**os.environ, "GOFLAGS": mode, "GOWORK": "off"}
    done = subprocess.run(["go", *arguments], cwd=folder, env=env, capture_output=True, text=True, check=True)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
