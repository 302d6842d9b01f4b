"""What the runner is given and gives back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True)
class CodeFile:
    """One Function or Asset of a build. `path` is the URL's, `file_name` the name it gets in the process's folder."""

    kind: Literal["functions", "assets"]
    path: str
    visibility: str
    file_name: str
    content: bytes


@dataclass(frozen=True)
class Deployed:
    """What one environment runs: a build's code and modules, and its variables (which may change without a build).

    `read_files` gives the code; it is called once for each process, not for each request.
    """

    environment_sid: str
    build_sid: str
    domain: str
    modules: Path
    variables: Mapping[str, str]
    read_files: Callable[[], tuple[CodeFile, ...]]

    def config(self, directory: Path, files: Iterable[CodeFile]) -> dict[str, Any]:
        """The configuration of `LocalDevelopmentServer`, for files that lie in a directory (`process.write_files`)."""
        routes: dict[str, list[dict[str, str]]] = {"functions": [], "assets": []}
        for file in files:
            target = directory / file.kind / file.file_name
            routes[file.kind].append({"path": file.path, "filePath": str(target), "access": file.visibility})
        return {"url": f"https://{self.domain}", "env": dict(self.variables), "routes": routes}


@dataclass(frozen=True)
class Request:
    """A request for a Function or an Asset; `target` is the path with its query."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What came back. Header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
