"""docs/openapi.yaml says what the functions' code says: paths, who may call, fields, what is needed, error codes."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from flexpark.rendering.registry import FUNCTIONS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = yaml.safe_load((ROOT / "docs/openapi.yaml").read_text(encoding="utf-8"))
# Loads each entry point as the runtime does, and prints what its handler checks.
DUMP = """
const path = require('node:path');
const [, root, ...names] = process.argv;
const src = (name) => path.join(root, 'functions_src/src', `${name}.js`);
const settings = path.join(root, 'functions_src/test/settings.js');
global.Runtime = { getFunctions: () => new Proxy({}, {
  get: (_, name) => ({ path: name.endsWith('/settings') ? settings : src(name.replace('flexpark/', '')) }),
}) };
const { STATUS } = require(src('api'));
const handlers = Object.fromEntries(names.map((name) => {
  const module = { exports: {} };
  const text = require('node:fs').readFileSync(path.join(root, 'templates/functions', `${name}.js.j2`), 'utf8');
  new Function('require', 'exports', 'module', text)(require, module.exports, module);
  const { auth, fields } = module.exports.handler;
  const needed = Object.entries(fields).map(([key, rule]) => [key, !rule.optional]);
  return [name, { auth, fields: Object.fromEntries(needed) }];
}));
console.log(JSON.stringify({ handlers, codes: STATUS }));
"""


@pytest.fixture(scope="module")
def code() -> dict[str, Any]:
    """What the handlers check, by function."""
    names = [entry.path.removeprefix("/") for entry in FUNCTIONS if entry.visibility != "private"]
    done = subprocess.run(
        ["node", "-e", DUMP, str(ROOT), *names], check=True, capture_output=True, text=True, cwd=ROOT / "functions_src"
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_function_is_described_and_no_other() -> None:
    """Paths of the registry; public ones take a token, protected ones a signature."""
    public = {entry.path: entry.visibility for entry in FUNCTIONS if entry.visibility != "private"}
    described = {
        path: "public" if "flexToken" in item["post"]["security"][0] else "protected"
        for path, item in DOCUMENT["paths"].items()
    }
    assert described == public


def test_fields_and_what_is_needed_are_those_of_the_code(code: dict[str, Any]) -> None:
    """Each handler checks just what the document names."""
    for name, handler in code["handlers"].items():
        post = DOCUMENT["paths"][f"/{name}"]["post"]
        schema = post["requestBody"]["content"]["application/json"]["schema"]
        described = {field: field in schema.get("required", []) for field in schema.get("properties", {})}
        described |= {parameter["name"]: parameter["required"] for parameter in post.get("parameters", [])}
        token = described.pop("Token", None)
        assert described == handler["fields"], name
        assert (token is not None) == (handler["auth"] == "token"), name


def test_error_codes_are_those_of_the_code(code: dict[str, Any]) -> None:
    """And the statuses that they come with are among those of each function that can give them."""
    error = DOCUMENT["components"]["schemas"]["Error"]["properties"]["error"]
    assert set(error["properties"]["code"]["enum"]) == set(code["codes"])
    described = {int(status) for item in DOCUMENT["paths"].values() for status in item["post"]["responses"]}
    assert described == {200, *code["codes"].values()}
