"""Jinja writes JSON or nothing, and cannot be led out of its folder."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from flexpark import RenderError
from flexpark.rendering.templating import Templates, to_json

HOSTILE = [
    '"; process.exit(1); //',
    "'; process.exit(1); //",
    "`${process.exit(1)}`",
    "\\",
    "*/ process.exit(1) /*",
    "</script><!--",
    "line\nbreak\r\u2028\u2029\x00",
    "{{ 7 * 7 }}{% raw %}",
    "\U0001f600 \u202e \ufeff",
]

SOURCE = """'use strict';
// {{ value | tojson }}
/* {{ value | tojson }} */
module.exports = {{ value | tojson }};
"""


def templates(folder: Path, text: str) -> Templates:
    """A folder with one template, t.j2."""
    (folder / "t.j2").write_text(text, encoding="utf-8")
    return Templates(folder)


def evaluated(file: Path) -> object:
    """What Node makes of a module: its exports, back through JSON."""
    node = shutil.which("node")
    assert node, "Node is needed"
    script = "process.stdout.write(JSON.stringify(require(process.argv[1])))"
    result = subprocess.run([node, "-e", script, str(file)], capture_output=True, text=True, check=True, timeout=30)
    return json.loads(result.stdout)


def test_hostile_values_reach_javascript_unchanged(tmp_path: Path) -> None:
    """9 of 9, through the real Node, in a value, beside comments and as keys."""
    assert len(HOSTILE) == 9
    value = {"list": HOSTILE, "keys": dict.fromkeys(HOSTILE, True)}
    file = tmp_path / "module.js"
    file.write_text(templates(tmp_path, SOURCE).render("t.j2", {"value": value}), encoding="utf-8")
    assert evaluated(file) == value


@pytest.mark.parametrize("value", HOSTILE)
def test_json_cannot_leave_what_surrounds_it(value: str) -> None:
    """No line end, no end of a comment, of a single-quoted string or of a script element in what is written."""
    text = to_json({"key": value, value: 1})
    assert text.isascii()
    assert not set("\n\r'<>&") & set(text)
    assert "*/" not in text
    assert json.loads(text) == {"key": value, value: 1}


@pytest.mark.parametrize(
    "text",
    ["{{ value }}", "{{ 'a' }}", "{{ 1 }}", "{{ value | tojson ~ value }}", "{{ (value | tojson)[1:] }}", "{{ none }}"],
)
def test_interpolation_without_tojson_is_impossible(tmp_path: Path, text: str) -> None:
    """Whatever is put out has just been written by tojson."""
    with pytest.raises(RenderError, match=r"without `\| tojson`"):
        templates(tmp_path, text).render("t.j2", {"value": "x"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ other | tojson }}", "other"),
        ("{{ value | safe }}", "No filter named 'safe'"),
        ("{{ value.__class__ | tojson }}", "unsafe|attribute"),
        ("{% include '../secret' %}", "no template"),
        ("{% for %}", "t.j2:1"),
        ("{{ range(9) | tojson }}", "range"),
    ],
)
def test_a_faulty_template_is_told_by_name(tmp_path: Path, text: str, message: str) -> None:
    """Unknown names, filters and ways out of the folder are errors of the template."""
    folder = tmp_path / "templates"
    folder.mkdir()
    (tmp_path / "secret").write_text("hush")
    with pytest.raises(RenderError, match=message):
        templates(folder, text).render("t.j2", {"value": "x"})


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/../../secret", "missing"])
def test_template_names_stay_in_the_folder(tmp_path: Path, name: str) -> None:
    """A name is looked up below the folder and nowhere else."""
    folder = tmp_path / "templates"
    folder.mkdir()
    (tmp_path / "secret").write_text("hush")
    with pytest.raises(RenderError, match="no template"):
        Templates(folder).render(name, {})


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), object(), {"__proto__": 1}, [{"a": {"__proto__": {}}}], {1: 2}]
)
def test_what_javascript_would_read_otherwise_is_refused(value: object) -> None:
    """No NaN, no object of Python's, no prototype."""
    with pytest.raises(RenderError):
        to_json(value)
