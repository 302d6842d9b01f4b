"""The state's file where the backend is a folder, mended after its writer was killed.

The engine writes `<stack>.json` in one step, but not the attributes beside it (`<stack>.json.attrs`; gocloud.dev's
fileblob): killed in between, it leaves them empty, and no command can read the state any more (seen: "failed to load
checkpoint: EOF"). Without attributes a file is read all the same. The state itself is then one step behind, which the
journal makes up for.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


def folder_of(environ: Mapping[str, str]) -> Path | None:
    """The folder that is the backend; None where it is none."""
    parts = urlsplit(environ.get("PULUMI_BACKEND_URL", ""))
    return Path(unquote(f"{parts.netloc}{parts.path}")).expanduser() if parts.scheme == "file" else None


def mend(stack: str, environ: Mapping[str, str]) -> bool:
    """Take away attributes that were cut short, and put the copy in the place of a state that was; whether any was."""
    folder = folder_of(environ)
    mended = False
    for path in sorted((folder / ".pulumi" / "stacks").rglob(f"{stack}.json")) if folder else ():
        for attributes in (path.with_name(f"{stack}.json.attrs"), path.with_name(f"{stack}.json.bak.attrs")):
            if attributes.exists() and not _is_json(attributes):
                attributes.unlink()
                mended = True
        copy = path.with_name(f"{stack}.json.bak")
        if not _is_json(path) and copy.exists() and _is_json(copy):
            shutil.copyfile(copy, path)
            mended = True
    return mended


def latest(stack: str, environ: Mapping[str, str]) -> Mapping[str, Any] | None:
    """The deployment that is recorded, as `pulumi stack export` gives it but for its secrets; None where the backend is
    no folder, or keeps it in another form. It spares starting the engine for a look.
    """
    folder = folder_of(environ)
    found = sorted((folder / ".pulumi" / "stacks").glob(f"*/{stack}.json")) if folder else []
    if len(found) != 1:
        return None
    try:
        deployment: Mapping[str, Any] = json.loads(found[0].read_text("utf-8"))["checkpoint"]["latest"]
    except (ValueError, KeyError):
        return None
    return deployment


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_text("utf-8"))
    except ValueError:
        return False
    return True
