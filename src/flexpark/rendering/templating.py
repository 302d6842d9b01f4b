"""The one place that runs Jinja.

A value reaches the output as JSON or not at all: `{{ value }}` without `| tojson` is an error, as is any other filter
after it. JSON written here cannot leave a JavaScript string, line comment, block comment or script element.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from flexpark.errors import RenderError


class Json(str):
    """Text that `tojson` has written; the only thing a template may put out."""

    __slots__ = ()


_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "'": "\\u0027"})


def to_json(value: object) -> Json:
    """A value as one line of ASCII JSON that is also safe JavaScript.

    Raises RenderError for what JSON has no form for (NaN, other objects) and for a key `__proto__`, which a JavaScript
    object literal takes for the prototype.
    """
    if isinstance(value, jinja2.Undefined):
        str(value)  # StrictUndefined names the missing variable
    _refuse_prototype(value)
    try:
        text = json.dumps(value, ensure_ascii=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise RenderError(f"a value cannot be written as JSON: {error}") from error
    return Json(text.translate(_ESCAPES).replace("*/", "*\\/"))


def _refuse_prototype(value: object) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "__proto__" or not isinstance(key, str):
                raise RenderError(f"the key {key!r} cannot be written into a JavaScript object")
            _refuse_prototype(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_prototype(inner)


def _only_json(value: object) -> object:
    if not isinstance(value, Json):
        raise RenderError("a template puts out a value without `| tojson`")
    return value


class Templates:
    """The templates below one folder; names cannot leave it."""

    def __init__(self, folder: Path) -> None:
        self._environment = ImmutableSandboxedEnvironment(
            loader=jinja2.FileSystemLoader(folder),
            undefined=jinja2.StrictUndefined,
            finalize=_only_json,
            autoescape=False,  # JavaScript, not HTML: finalize lets JSON through and nothing else
            keep_trailing_newline=True,
            newline_sequence="\n",
            trim_blocks=True,
            lstrip_blocks=True,
            cache_size=0,
        )
        self._environment.filters = {"tojson": to_json}
        self._environment.globals = {}

    def render(self, name: str, values: Mapping[str, Any]) -> str:
        """A template's text; RenderError names the template, with the line where Jinja knows it."""
        try:
            return self._environment.get_template(name).render(dict(values))
        except jinja2.TemplateNotFound as error:
            raise RenderError(f"templates: there is no template {error.name}") from error
        except jinja2.TemplateSyntaxError as error:
            raise RenderError(f"template {name}:{error.lineno}: {error.message}") from error
        except jinja2.TemplateError as error:
            raise RenderError(f"template {name}: {error.message}") from error
        except RenderError as error:
            raise RenderError(f"template {name}: {error.message}") from error
