"""The JavaScript logic of functions_src: which modules the entry points need, and the pinned packages of the build."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from flexpark.errors import RenderError

FOLDER = Path("functions_src/src")
PACKAGE = Path("functions_src/package.json")

# How a function names a module: Runtime.getFunctions()['flexpark/record'], or load('record').
_REFERENCE = re.compile(r"""(?:['"`]flexpark/|\bload\(\s*['"`])([^'"`$\s]+)['"`]""")
_MODULE_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_EXACT_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")


def needed_modules(root: Path, entry_points: Iterable[str], rendered: Iterable[str]) -> dict[str, str]:
    """{module: text} of all that the entry points need, and what those need in turn, sorted by name.

    `rendered` are module names that templates provide (the settings). RenderError names a module that is not there.
    """
    provided = set(rendered)
    found: dict[str, str] = {}
    waiting = [(name, "an entry point") for text in entry_points for name in _references(text)]
    while waiting:
        name, asker = waiting.pop()
        if name in provided or name in found:
            continue
        found[name] = _read(root, name, asker)
        waiting += [(inner, f"{FOLDER}/{name}.js") for inner in _references(found[name])]
    return dict(sorted(found.items()))


def _references(text: str) -> list[str]:
    return _REFERENCE.findall(text)


def _read(root: Path, name: str, asker: str) -> str:
    if not _MODULE_NAME.fullmatch(name):
        raise RenderError(f"{asker} asks for the module {name!r}: a name has small letters, digits and single dashes")
    folder = (root / FOLDER).resolve()
    path = (folder / f"{name}.js").resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise RenderError(f"{asker} asks for the module {name!r}, and there is no {FOLDER}/{name}.js")
    return path.read_text(encoding="utf-8").replace("\r\n", "\n")


def pinned_dependencies(root: Path) -> dict[str, str]:
    """The packages of the build, from functions_src/package.json: exact versions, sorted by name."""
    try:
        package = json.loads((root / PACKAGE).read_text(encoding="utf-8"))
        dependencies: dict[str, str] = dict(package["dependencies"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RenderError(f"{PACKAGE}: `dependencies` cannot be read: {error}") from error
    loose = sorted(name for name, version in dependencies.items() if not _EXACT_VERSION.fullmatch(str(version)))
    if loose:
        raise RenderError(f"{PACKAGE}: {', '.join(loose)}: not an exact version, such as 2.1.0")
    return dict(sorted(dependencies.items()))
