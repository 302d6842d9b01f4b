"""Which environments a change touches."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from flexpark import stack_names
from flexpark.environment.layers import FOLDER as LAYERS
from flexpark.environment.layers import Layers
from flexpark.environment.load import FOLDER as STACKS
from flexpark.environment.source import read_source

# What every environment is rendered from or provisioned by. Documents and tests are in none.
SHARED = (
    "Pulumi.yaml",
    "constraints.txt",
    "functions_src/package.json",
    "functions_src/src",
    "infra",
    "policies",
    "pulumi-twilio",
    "pyproject.toml",
    "src/flexpark/environment",
    "src/flexpark/rendering",
    "src/taskrouter",
    "templates/functions",
    "workflows",
)


def affected(root: Path, changed: Iterable[str]) -> list[str]:
    """The stacks whose plan the changed files may change, sorted.

    Those whose own file changed, or a layer that they build on; all of them where what they share changed. A stack
    whose file is gone is none: it is taken down by hand, after a drain.
    """
    files = set(changed)
    names = stack_names(root)
    if any(_is_below(file, shared) for file in files for shared in SHARED):
        return names
    layers = {PurePosixPath(file).stem for file in files if _is_below(file, LAYERS.as_posix())}
    below = Layers(root)
    return [name for name in names if _file(name) in files or layers & _layers_of(root, name, below)]


def _file(name: str) -> str:
    return (STACKS / f"Pulumi.{name}.yaml").as_posix()


def _layers_of(root: Path, name: str, layers: Layers) -> set[str]:
    """The layers that a stack file builds on, from bottom to top; none where the file cannot be read."""
    config = read_source(root / _file(name), name).data.get("config", {})
    layer = config.get("flexpark:layer") if isinstance(config, dict) else None
    chain = layers.chain(layer) if isinstance(layer, str) else None
    return {*(chain.names if chain else ()), *([layer] if isinstance(layer, str) else ())}


def _is_below(file: str, folder: str) -> bool:
    return file == folder or file.startswith(f"{folder}/")
