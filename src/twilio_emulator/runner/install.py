"""Installs a build's npm dependencies, once for each set, into the user's cache folder.

The folder is `<platform cache>/flexpark/functions/<hash>/`, where the hash is that of the package.json; it appears by a
rename, so what is there is whole. The registry is the one that npm is configured with.
"""

import asyncio
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

RUNTIME_HANDLER = {"@twilio/runtime-handler": "2.1.0"}
_NPM_SECONDS = 300.0
_ARGUMENTS = ("install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", "--loglevel=error")


class InstallError(Exception):
    """npm could not install the set; the message is npm's."""


def cache_folder() -> Path:
    """Where installed sets are kept: XDG_CACHE_HOME where it is set, else the platform's cache folder."""
    if given := os.environ.get("XDG_CACHE_HOME"):
        return Path(given) / "flexpark" / "functions"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "flexpark" / "functions"
    return Path.home() / ".cache" / "flexpark" / "functions"


def package_json(dependencies: Mapping[str, str]) -> str:
    """The package.json of a set. `overrides` lets the runtime handler share the build's twilio (37 MB, not 63)."""
    wanted = {**RUNTIME_HANDLER, **dependencies}
    package: dict[str, object] = {"private": True, "dependencies": dict(sorted(wanted.items()))}
    if "twilio" in wanted:
        package["overrides"] = {"twilio": "$twilio"}
    return json.dumps(package, indent=1)


async def install(dependencies: Mapping[str, str], folder: Path | None = None) -> Path:
    """The folder whose `node_modules` holds exactly these dependencies; installs where needed. Raises InstallError."""
    package = package_json(dependencies)
    parent = folder or cache_folder()
    target = parent / hashlib.sha256(package.encode()).hexdigest()[:32]
    if not target.is_dir():
        parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".installing-", dir=parent))
        try:
            (work / "package.json").write_text(package)
            await _npm(work)
            if not target.is_dir():
                _publish(work, target)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return target


def _publish(work: Path, target: Path) -> None:
    try:
        work.rename(target)
    except OSError:
        if not target.is_dir():  # another process was first: its set is the same
            raise


async def _npm(work: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise InstallError("npm is not on the PATH; it comes with Node.js 20 or newer (https://nodejs.org)")
    process = await asyncio.create_subprocess_exec(
        npm,
        *_ARGUMENTS,
        cwd=work,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, errors = await asyncio.wait_for(process.communicate(), _NPM_SECONDS)
    except TimeoutError:
        raise InstallError(f"npm did not end within {_NPM_SECONDS:g} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise InstallError(errors.decode(errors="replace").strip() or f"npm ended with {process.returncode}")
