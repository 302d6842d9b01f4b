"""The language of workflows/*.yaml: data with references, evaluated against one environment.

Four forms stand in place of a text: `{value: NAME}`, `{text: [...]}`, `{equals: [ATTRIBUTE, PART]}` and
`{choose: NAME, ...}`; workflows/park.yaml describes them. Expressions are put together from parts and quoted, never
filled into a text.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from flexpark.errors import RenderError
from taskrouter import UnquotableError, quote

Scope: TypeAlias = Mapping[str, Any]

_ATTRIBUTE = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", re.ASCII)


class _LeftOut:
    """The result of a `choose` without a fitting option: the key is not written."""


_LEFT_OUT = _LeftOut()


def evaluate(node: Any, scope: Scope, path: str) -> Any:
    """A node's value; mappings and lists are evaluated inside. RenderError says where, by `path`."""
    if isinstance(node, Mapping):
        form = next((name for name in _FORMS if name in node), None)
        if form is not None:
            return _FORMS[form](node, scope, path)
        values = {key: evaluate(value, scope, f"{path}.{key}") for key, value in node.items()}
        return {key: value for key, value in values.items() if value is not _LEFT_OUT}
    if isinstance(node, list):
        return [evaluate(item, scope, f"{path}[{index}]") for index, item in enumerate(node)]
    return node


def look_up(name: Any, scope: Scope, path: str) -> Any:
    """The value of a dotted name."""
    value: Any = scope
    for part in str(name).split("."):
        if not isinstance(value, Mapping) or part not in value:
            known = ", ".join(sorted(value)) if isinstance(value, Mapping) else "nothing below it"
            raise RenderError(f"{path}: there is no value {name!r}; at {part!r} there is: {known}")
        value = value[part]
    return value


def _only(node: Mapping[str, Any], form: str, path: str) -> Any:
    if len(node) != 1:
        others = ", ".join(sorted(set(node) - {form}))
        raise RenderError(f"{path}: {form!r} stands alone; found beside it: {others}")
    return node[form]


def _value(node: Mapping[str, Any], scope: Scope, path: str) -> Any:
    return look_up(_only(node, "value", path), scope, path)


def _text(node: Mapping[str, Any], scope: Scope, path: str) -> str:
    return "".join(_string(part, scope, path) for part in _list(_only(node, "text", path), path))


def _equals(node: Mapping[str, Any], scope: Scope, path: str) -> str:
    parts = _list(_only(node, "equals", path), path)
    if len(parts) != 2 or not isinstance(parts[0], str) or not _ATTRIBUTE.fullmatch(parts[0]):
        raise RenderError(f"{path}: `equals` takes the name of a task attribute and a value")
    try:
        return f"{parts[0]} == {quote(_string(parts[1], scope, path))}"
    except UnquotableError as error:
        raise RenderError(f"{path}: {error}") from error


def _choose(node: Mapping[str, Any], scope: Scope, path: str) -> Any:
    answer = look_up(node["choose"], scope, path)
    if answer in node and answer != "choose":
        return evaluate(node[answer], scope, f"{path}.{answer}")
    return _LEFT_OUT


def _string(node: Any, scope: Scope, path: str) -> str:
    value = evaluate(node, scope, path)
    if not isinstance(value, str):
        raise RenderError(f"{path}: {value!r} is not text")
    return value


def _list(value: Any, path: str) -> Sequence[Any]:
    if not isinstance(value, list):
        raise RenderError(f"{path}: is not a list")
    return value


_FORMS: dict[str, Callable[[Mapping[str, Any], Scope, str], Any]] = {
    "value": _value,
    "text": _text,
    "equals": _equals,
    "choose": _choose,
}
