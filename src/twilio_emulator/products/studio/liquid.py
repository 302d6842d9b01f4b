"""The part of the Liquid language that is served: `{{ path.to.a[0].value }}`, without filters and tags.

Source: https://www.twilio.com/docs/studio/user-guide/liquid-template-language.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

_OUTPUT = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_PATH = re.compile(r"[A-Za-z_][\w-]*(\.[\w-]+|\[\d+\])*")


def unserved(text: str) -> str | None:
    """What of a text is not served, or None."""
    if "{%" in text:
        return "{% ... %}"
    outputs = [found for found in _OUTPUT.finditer(text) if not _PATH.fullmatch(found[1].strip())]
    return outputs[0][0] if outputs else None


def render(text: Any, context: Mapping[str, Any]) -> str:
    """The text with its values put in; what is not there becomes nothing."""
    return _OUTPUT.sub(lambda found: _shown(_value(found[1].strip(), context)), _shown(text))


def _value(path: str, context: Any) -> Any:
    for name in re.findall(r"[\w-]+", path):
        if isinstance(context, Mapping):
            context = context.get(name)
        elif isinstance(context, list) and name.isdecimal() and int(name) < len(context):
            context = context[int(name)]
        else:
            return None
    return context


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
