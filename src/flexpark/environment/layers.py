"""Layers: what customers share, one plain YAML file each in `templates/environments/`, without key prefixes."""

from pathlib import Path

from flexpark.environment.merge import Contribution
from flexpark.environment.model import Environment, LayerSettings
from flexpark.environment.source import Source, read_source, show_place
from flexpark.environment.stackfile import secure_places, spelled
from flexpark.environment.suggest import one_of, shown
from flexpark.errors import Problem

FOLDER = Path("templates/environments")


def layer_names(root: Path) -> list[str]:
    """The layers there are, sorted."""
    return sorted(path.stem for path in (root / FOLDER).glob("*.yaml") if path.is_file())


def layer_settings(root: Path, name: str) -> tuple[Contribution | None, list[Problem]]:
    """A layer's settings by its name, which must be one of the folder's files; None where there is no such layer."""
    if name not in layer_names(root):
        return None, []
    file = FOLDER / f"{name}.yaml"
    source = read_source(root / file, file.as_posix())
    return check_layer(source)


def check_layer(source: Source) -> tuple[Contribution, list[Problem]]:
    """A layer's settings, with what is wrong about its keys and secrets."""
    known = spelled(LayerSettings)
    stack_only = spelled(Environment).keys() - known.keys()
    problems = list(source.problems)
    for key in source.data:
        where = source.where((key,))
        if key in stack_only:
            problems.append(Problem(where, key, "belongs in the stack file, not in a layer", one_of(known)))
        elif key not in known:
            problems.append(Problem(where, key, "is not a setting", one_of(known, key)))
    for place in secure_places(source.data, ()):
        what = "is a secret; a layer holds none, since each stack encrypts with a salt of its own"
        problems.append(Problem(source.where(place), show_place(place), what, "put it into the stack file"))
    settings = {key: value for key, value in source.data.items() if key in known}
    return Contribution(source, settings, {}), problems


def unknown_layer(root: Path, name: object) -> tuple[str, str]:
    """What is wrong with a layer's name that no file has, and what is allowed."""
    return f"there is no layer {shown(name)}", one_of(layer_names(root), name)
