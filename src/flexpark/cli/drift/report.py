"""The differences of several stacks in words: Markdown for a comment, HTML for a page that stands alone."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from flexpark.cli.drift.model import KINDS, MEANINGS, Difference

Found = Mapping[str, Sequence[Difference]]


def headline(found: Found) -> str:
    """`2 of 5 environments differ: 1 missing, 2 changed`."""
    counts = {kind: sum(d.kind == kind for all_of in found.values() for d in all_of) for kind in KINDS}
    differing = sum(bool(differences) for differences in found.values())
    told = ", ".join(f"{number} {kind}" for kind, number in counts.items() if number)
    return f"{differing} of {len(found)} environments differ" + (f": {told}" if told else "")


def as_markdown(found: Found) -> str:
    """A heading, and for each environment that differs a list, the worst first."""
    return "\n".join(_markdown(found)) + "\n"


def _markdown(found: Found) -> Iterator[str]:
    yield f"## Drift: {headline(found)}"
    for stack, differences in found.items():
        if differences:
            yield f"\n### `{stack}`\n"
            for difference in _sorted(differences):
                yield f"- **{difference.kind}** `{difference.what}`" + "".join(f" `{p}`" for p in difference.properties)
    kinds = {difference.kind for differences in found.values() for difference in differences}
    if kinds:
        yield ""
        for kind in KINDS:
            if kind in kinds:
                meaning, remedy = MEANINGS[kind]
                yield f"*{kind}*: {meaning}; {remedy}."


def as_html(found: Found, at: str) -> str:
    """One page, without scripts and without anything to load."""
    rows = "\n".join(_rows(found))
    title = escape(f"Drift: {headline(found)}")
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body{{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1b1f24;background:#fff}}
table{{border-collapse:collapse;width:100%}}th,td{{text-align:left;padding:.4rem .8rem;border-bottom:1px solid #d0d7de}}
.missing{{color:#a40e26}}.changed{{color:#8a4600}}.unmanaged{{color:#0550ae}}.outputs{{color:#57606a}}.none{{color:#1a7f37}}
</style></head><body><h1>{title}</h1><p>As of {escape(at)}.</p>
<table><thead><tr><th>Environment</th><th>Kind</th><th>What</th><th>Properties</th><th>What to do</th></tr></thead>
<tbody>
{rows}
</tbody></table></body></html>
"""


def _rows(found: Found) -> Iterator[str]:
    for stack, differences in found.items():
        if not differences:
            yield f'<tr><td>{escape(stack)}</td><td class="none">none</td><td></td><td></td><td></td></tr>'
        for difference in _sorted(differences):
            cells = (difference.what, ", ".join(difference.properties), MEANINGS[difference.kind][1])
            told = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
            yield f'<tr><td>{escape(stack)}</td><td class="{difference.kind}">{difference.kind}</td>{told}</tr>'


def _sorted(differences: Sequence[Difference]) -> list[Difference]:
    return sorted(differences, key=lambda difference: (KINDS.index(difference.kind), difference.what))
