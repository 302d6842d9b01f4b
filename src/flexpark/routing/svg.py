"""SVG shapes for diagrams: cards, text that fits its width, curves. Text is escaped by the writer of the document.

Colours are classes, given for a light and a dark surrounding; the picture brings its own background, so it is
readable on any page.
"""

from xml.etree import ElementTree as ET

from flexpark.routing.xmltext import xml_text

MONO_WIDTH = 0.602  # of the font size; the monospaced fonts named below agree
_NARROW, _WIDE = frozenset("iljtfrI.,:;'|![]() "), frozenset("mwMW@%")

_STYLE = """\
text { font-family: -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, 'DejaVu Sans', sans-serif; fill: #0f172a }
.mono { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace }
.soft { fill: #64748b } .bold { font-weight: 600 } .on { fill: #1d4ed8 } .good { fill: #15803d } .warn { fill: #b45309 }
.page { fill: #ffffff; stroke: #e2e8f0 } .card { fill: #f8fafc; stroke: #cbd5e1 }
.card-on { fill: #eff6ff; stroke: #2563eb; stroke-width: 1.8 }
.card-good { fill: #f0fdf4; stroke: #16a34a; stroke-width: 1.8 }
.card-warn { fill: #fffbeb; stroke: #d97706; stroke-width: 1.5 }
.line { fill: none; stroke: #cbd5e1; stroke-width: 1.3 } .line-on { fill: none; stroke: #2563eb; stroke-width: 2.6 }
.line-warn { fill: none; stroke: #d97706; stroke-width: 2; stroke-dasharray: 5 4 }
.faint { opacity: .62 } .dot { fill: #94a3b8 } .dot-on { fill: #2563eb }
@media (prefers-color-scheme: dark) {
text { fill: #e2e8f0 } .soft { fill: #94a3b8 } .on { fill: #93c5fd } .good { fill: #86efac } .warn { fill: #fcd34d }
.page { fill: #0f172a; stroke: #334155 } .card { fill: #1e293b; stroke: #475569 }
.card-on { fill: #172554; stroke: #60a5fa }
.card-good { fill: #052e16; stroke: #4ade80 }
.card-warn { fill: #422006; stroke: #fbbf24 }
.line { stroke: #475569 } .line-on { stroke: #60a5fa } .line-warn { stroke: #fbbf24 }
.dot { fill: #64748b } .dot-on { fill: #60a5fa }
}
"""


class Drawing:
    """A picture that grows by shapes. Units are pixels; y grows downwards."""

    def __init__(self, width: float, height: float, title: str) -> None:
        size = {"viewBox": f"0 0 {width:g} {height:g}", "width": f"{width:g}", "height": f"{height:g}"}
        self._root = ET.Element(
            "svg", {"xmlns": "http://www.w3.org/2000/svg", **size, "role": "img", "aria-label": xml_text(title)}
        )
        ET.SubElement(self._root, "title").text = xml_text(title)
        ET.SubElement(self._root, "style").text = _STYLE
        self._into = self._root
        self.card(0.5, 0.5, width - 1, height - 1, "page", radius=12)

    def card(self, x: float, y: float, width: float, height: float, kind: str = "card", *, radius: float = 7) -> None:
        """A rounded rectangle."""
        box = {"x": x, "y": y, "width": width, "height": height, "rx": radius}
        self._add("rect", kind, **box)

    def text(self, x: float, y: float, text: str, kind: str = "", *, size: float = 12, width: float = 0) -> None:
        """One line, its base line at y; cut to `width` where that is given, and then shown whole on hovering."""
        text = xml_text(text)
        shown = fitted(text, width, size, mono="mono" in kind.split()) if width else text
        element = self._add("text", kind, x=x, y=y)
        element.set("font-size", f"{size:g}")
        element.text = shown
        if shown != text:
            ET.SubElement(element, "title").text = text

    def curve(self, start: tuple[float, float], end: tuple[float, float], kind: str = "line") -> None:
        """From left to right, leaving and arriving level."""
        (x1, y1), (x2, y2) = start, end
        bend = max(24.0, (x2 - x1) / 2)
        self._add("path", kind, d=f"M{x1:g} {y1:g} C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}")

    def path(self, d: str, kind: str = "line") -> None:
        """Any path, in SVG's own words."""
        self._add("path", kind, d=d)

    def dot(self, x: float, y: float, kind: str = "dot", radius: float = 4) -> None:
        """A filled circle."""
        self._add("circle", kind, cx=x, cy=y, r=radius)

    def arrow(self, x: float, y: float, kind: str = "dot") -> None:
        """The head of an arrow that points right, its tip at x."""
        self._add("path", kind, d=f"M{x - 8:g} {y - 5:g} L{x:g} {y:g} L{x - 8:g} {y + 5:g} Z")

    def written(self) -> str:
        """The document."""
        ET.indent(self._root, " ")
        return ET.tostring(self._root, encoding="unicode") + "\n"

    def _add(self, tag: str, kind: str, **attributes: float | str) -> ET.Element:
        given = {key: value if isinstance(value, str) else f"{value:g}" for key, value in attributes.items()}
        return ET.SubElement(self._into, tag, {"class": kind, **given} if kind else given)


def text_width(text: str, size: float, *, mono: bool = False) -> float:
    """About how wide a line is, a little too much rather than too little."""
    if mono:
        return len(text) * size * MONO_WIDTH
    return size * sum(0.34 if c in _NARROW else 0.92 if c in _WIDE else 0.7 if c.isupper() else 0.62 for c in text)


def fitted(text: str, width: float, size: float, *, mono: bool = False) -> str:
    """The text, or as much of it as fits, with an ellipsis."""
    if text_width(text, size, mono=mono) <= width:
        return text
    while text and text_width(text + "…", size, mono=mono) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def wrapped(text: str, width: float, size: float, *, lines: int, mono: bool = False) -> list[str]:
    """The text in at most so many lines, broken at blanks; the last one is cut."""
    found: list[str] = []
    rest = text.split(" ")
    while rest and len(found) < lines - 1:
        line = rest.pop(0)
        while rest and text_width(f"{line} {rest[0]}", size, mono=mono) <= width:
            line += f" {rest.pop(0)}"
        found.append(fitted(line, width, size, mono=mono))
    return [*found, fitted(" ".join(rest), width, size, mono=mono)] if rest else found
