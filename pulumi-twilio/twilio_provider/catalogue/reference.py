"""The reference: one page of Markdown per product, from the schema alone, so that it says what programs are given."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

_NOTE = "(Generated from the schema by `python -m twilio_provider.pipeline`; do not edit.)"
_LONGEST = 240


def reference(schema: Mapping[str, Any]) -> dict[str, str]:
    """File name -> text of every page, an index among them."""
    products: dict[str, list[str]] = defaultdict(list)
    for token in schema["resources"]:
        products[_module(token)].append(token)
    functions: dict[str, list[str]] = defaultdict(list)
    for token in schema["functions"]:
        functions[_module(token)].append(token)
    pages = {f"{product}.md": _page(schema, product, products[product], functions[product]) for product in products}
    return {"README.md": _index(products, functions), **pages}


def _index(products: Mapping[str, list[str]], functions: Mapping[str, list[str]]) -> str:
    text = f"# Reference\n\n{_NOTE}\n\n| product | types | functions |\n|---|---|---|\n"
    text += "".join(f"| [{p}]({p}.md) | {len(products[p])} | {len(functions[p])} |\n" for p in sorted(products))
    total = sum(map(len, products.values())), sum(map(len, functions.values()))
    return text + f"| all | {total[0]} | {total[1]} |\n"


def _page(schema: Mapping[str, Any], product: str, types: list[str], functions: list[str]) -> str:
    text = f"# {product}\n\n{_NOTE}\n\n"
    text += "".join(f"- [{token}](#{_anchor(token)})\n" for token in types) + "\n"
    text += "Names are those of TypeScript; in Python they are snake_case, functions too.\n"
    for token in types:
        text += "\n" + _type(token, schema["resources"][token])
    text += "\n## Functions\n\n| function | takes | gives |\n|---|---|---|\n"
    return text + "".join(_function(token, schema["functions"][token]) for token in functions)


def _type(token: str, resource: Mapping[str, Any]) -> str:
    inputs, required = resource["inputProperties"], set(resource.get("requiredInputs", []))
    text = f"## {token}\n\n{resource['description'].strip()}\n\n"
    if inputs:
        text += "| input | type | | |\n|---|---|---|---|\n"
        text += "".join(_row(name, value, _notes(name, value, required)) for name, value in inputs.items())
    outputs = {name: value for name, value in resource["properties"].items() if name not in inputs}
    if outputs:
        text += "\n| output | type | |\n|---|---|---|\n"
        text += "".join(f"| `{name}` | {_shown(value)} | {_doc(value)} |\n" for name, value in outputs.items())
    return text


def _row(name: str, value: Mapping[str, Any], notes: str) -> str:
    return f"| `{name}` | {_shown(value)} | {notes} | {_doc(value)} |\n"


def _notes(name: str, value: Mapping[str, Any], required: set[str]) -> str:
    said = ["required"] if name in required else []
    said += ["replaces"] if value.get("replaceOnChanges") else []
    return ", ".join([*said, *(["secret"] if value.get("secret") else [])])


def _function(token: str, function: Mapping[str, Any]) -> str:
    given = function.get("inputs", {}).get("properties", {})
    required = set(function.get("inputs", {}).get("required", []))
    takes = ", ".join(f"`{name}`" + ("" if name in required else " (optional)") for name in given)
    return f"| `{token}` | {takes or 'nothing'} | {_text(function['description'])} |\n"


def _shown(value: Mapping[str, Any]) -> str:
    if "$ref" in value:
        return {"Any": "any", "Asset": "asset"}.get(name := str(value["$ref"]).rsplit("/", 1)[-1], f"`{name}`")
    if value.get("type") == "array":
        return f"list of {_shown(value['items'])}"
    if "additionalProperties" in value:
        return f"map of {_shown(value['additionalProperties'])}"
    return str(value.get("type"))


def _doc(value: Mapping[str, Any]) -> str:
    return _text(str(value.get("description", "")))


def _text(text: str) -> str:
    """One line that a table can hold."""
    line = " ".join(text.split()).replace("|", "\\|")
    return line if len(line) <= _LONGEST else line[:_LONGEST].rsplit(" ", 1)[0] + " …"


def _module(token: str) -> str:
    return token.split(":")[1]


def _anchor(token: str) -> str:
    """As GitHub makes it of a heading."""
    return token.lower().replace(":", "")
