"""From files, or from the engine's configuration, to a valid Environment."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from flexpark.environment.layers import Chain, Layers, unknown_layer
from flexpark.environment.merge import Contribution, Merged, merge
from flexpark.environment.model import NAME_PATTERN, Environment
from flexpark.environment.rules import rule_problems
from flexpark.environment.shapes import shape_problems
from flexpark.environment.source import Source, parse_source, read_source
from flexpark.environment.stackfile import CREDENTIALS, NAMESPACE, own_keys, stack_settings, version_problem
from flexpark.environment.suggest import one_of, shown
from flexpark.errors import EnvironmentInvalid, Problem, StackNotFound

FOLDER = Path("environments")

# Top-level settings that are text: the engine hands out everything else as JSON.
_TEXT = {"customer", "environment", "layer", "stackId", "default_queue"}


@dataclass(frozen=True, slots=True)
class Resolved:
    """A stack file over its layers: what was merged, from where, all that is wrong, and the model where nothing is.

    `merged` is None where the file could not be judged at all; `layers` are the names of its chain, lowest first.
    """

    name: str
    merged: Merged | None
    environment: Environment | None
    problems: tuple[Problem, ...]
    layers: tuple[str, ...] = ()

    def valid(self) -> Environment:
        """The environment. Raises EnvironmentInvalid with every problem."""
        if self.environment is None or self.problems:
            raise EnvironmentInvalid(self.problems)
        return self.environment


def load_environment(root: Path, stack: str | Path) -> Environment:
    """The environment of a stack, by its name (`acme-dev`) or by the path of its file.

    Raises StackNotFound (with the stacks there are), or EnvironmentInvalid with every problem in all its files.
    """
    return resolve(root, stack).valid()


def resolve(root: Path, stack: str | Path, layers: Layers | None = None) -> Resolved:
    """The same, with the origin of every value, and without an end at what is wrong.

    `layers` saves reading them again for the next stack. Raises StackNotFound.
    """
    path = stack_file(root, stack)
    source = read_source(path, _display(root, path))
    return _build(layers or Layers(root), source, path.name)


def resolve_text(root: Path, text: str, name: str) -> Resolved:
    """What the text of a stack file would be, before there is such a file. `name` stands for it in messages."""
    return _build(Layers(root), parse_source(text, name), "")


def environment_from_config(
    config: Mapping[str, str], root: Path, *, secret_keys: Collection[str] = (), name: str = "configuration"
) -> Environment:
    """The same from the engine's merged configuration: `{"flexpark:park": '{"enabled": true}', ...}`.

    Values are text; those of lists, mappings, numbers and switches are JSON. `secret_keys` are the keys that the engine
    decrypted: no setting of ours may be among them, and credentials have to be. `name` stands for the file in messages.
    """
    values: dict[str, Any] = {}
    problems = []
    known = set(own_keys())
    for key, value in config.items():
        namespace, _, setting = key.partition(":")
        values[key] = value
        if key in secret_keys and (key in known or key in CREDENTIALS):
            values[key] = {"secure": ""}
        elif namespace == NAMESPACE and key in known and setting not in _TEXT:
            try:
                values[key] = json.loads(value, parse_constant=str)
            except (ValueError, TypeError, RecursionError):
                problems.append(Problem(name, key, f"is {shown(value)}", "allowed: JSON"))
    return _build(Layers(root), Source(name, {"config": values}, problems=tuple(problems)), "").valid()


def stack_names(root: Path) -> list[str]:
    """The stacks that have a file, sorted."""
    return sorted(
        path.name.removeprefix("Pulumi.").removesuffix(".yaml")
        for path in (root / FOLDER).glob("Pulumi.*.yaml")
        if path.is_file()
    )


def stack_file(root: Path, stack: str | Path) -> Path:
    """Where a stack's file is: a name looks into `environments/`, a path is taken as it is."""
    if isinstance(stack, str) and re.fullmatch(NAME_PATTERN, stack):
        path = root / FOLDER / f"Pulumi.{stack}.yaml"
    elif isinstance(stack, Path) or stack.endswith((".yaml", ".yml")):
        path = Path(stack)
    else:
        raise StackNotFound(
            f"{shown(stack)} is neither the name of a stack nor a file", remedy=one_of(stack_names(root))
        )
    if not path.is_file():
        raise StackNotFound(f"there is no file {_display(root, path)}", remedy=one_of(stack_names(root), str(stack)))
    return path


def _build(layers: Layers, source: Source, file_name: str) -> Resolved:
    stack, problems = stack_settings(source)
    problems[:0] = source.problems
    if not stack.settings and problems:  # nothing to judge: a file without any of our settings
        return Resolved(source.name, None, None, tuple(problems))
    newer = version_problem(source, stack.settings.get("version"))
    if newer is not None:
        return Resolved(source.name, None, None, (newer,))
    chain = _chain(layers, stack, problems)
    merged = merge([*chain.contributions, stack])
    problems += [*chain.problems, *merged.problems]
    said = {problem.path for problem in problems}
    problems += [problem for problem in rule_problems(merged) if problem.path not in said]
    environment = None
    try:
        environment = Environment.model_validate_json(json.dumps(merged.settings), strict=True)
    except ValidationError as error:
        shapes = list(shape_problems(error, merged, Environment))
        if not chain.complete:  # what a layer would give cannot be called missing
            shapes = [p for p in shapes if not (p.what == "is missing" and p.path in _FROM_A_LAYER)]
        known = {problem.path for problem in problems}  # said already, and better
        problems += [problem for problem in shapes if problem.path not in known]
    if environment is not None and re.fullmatch(r"Pulumi\..+\.yaml", file_name):
        expected = f"Pulumi.{environment.stack_name}.yaml"
        if file_name != expected:
            what = f"is not the name of {environment.stack_name}'s file"
            problems.append(Problem(source.name, "", what, f"allowed: {expected}"))
    return Resolved(source.name, merged, environment, tuple(_tidy(problems, merged.sources)), tuple(chain.names))


def _chain(layers: Layers, stack: Contribution, problems: list[Problem]) -> Chain:
    """The layers below a stack file; none, and a problem more, where it names none that there is."""
    name = stack.settings.get("layer")
    chain = layers.chain(name) if isinstance(name, str) else None
    if chain is not None:
        return chain
    if isinstance(name, str):
        problems.append(merge([stack]).problem(("layer",), *unknown_layer(layers.root, name)))
    return Chain(complete=False)


_FROM_A_LAYER = {f"{NAMESPACE}:queues", f"{NAMESPACE}:default_queue"}


def _tidy(problems: list[Problem], sources: tuple[Contribution, ...]) -> list[Problem]:
    """Each problem once, the stack file's first, then by line."""
    order = [contribution.source.name for contribution in reversed(sources)]

    def key(problem: Problem) -> tuple[int, int]:
        name, _, line = problem.where.rpartition(":")
        if not line.isdigit():
            name, line = problem.where, "0"
        return (order.index(name) if name in order else len(order), int(line))

    return sorted(dict.fromkeys(problems), key=key)


def _display(root: Path, path: Path) -> str:
    """A file as messages name it: relative to the root where it is inside."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return str(path)
