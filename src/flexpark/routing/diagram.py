"""The picture of a way: the task, the filters in order, their targets, the queues; the path that it takes stands out.

task | filter 1 -> targets -> queue A
     | filter 2 -> targets -> queue B    (a filter after the one that is taken is not looked at)
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flexpark.routing.svg import Drawing, wrapped
from flexpark.routing.walk import Stop
from flexpark.routing.way import Looked, Way

WIDTH = 1180
_SID = re.compile(r"\b([A-Z]{2})[0-9a-f]{28}([0-9a-f]{4})\b")
_TOP, _GAP, _EDGE = 96, 12, 24
_TASK = (_EDGE, 216)  # x and width of each column
_FILTER = (286, 350)
_TARGET = (664, 232)
_QUEUE = (956, 200)
_SPINE = 263
_CHIP, _LINE = 34, 15
_ENDS = {"assigned": "card-good", "waits": "card-on", "open": "card-on", "left": "card-warn", "skipped": "card-warn"}
_SHOWN_ATTRIBUTES, _SHOWN_WORKERS = 14, 8


@dataclass
class _Row:
    """One filter: where it stands, and the stops that the task makes in it by their number."""

    looked: Looked
    lines: list[str]
    y: float
    height: float
    stops: dict[int, Stop] = field(default_factory=dict)

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


def diagram(way: Way, name: str) -> str:
    """An SVG document. `name` is the environment's."""
    rows = _rows(way)
    queues = list(dict.fromkeys(queue for row in rows for queue in row.looked.queues))
    heights = {queue: _queue_height(way, queue) for queue in queues}
    bottom = max(
        rows[-1].y + rows[-1].height if rows else _TOP,
        _TOP + sum(heights.values()) + _GAP * len(heights),
        _TOP + _task_height(way),
    )
    drawing = Drawing(WIDTH, bottom + 40, f"Where a task goes in {name}: {said(way)}")
    drawing.text(_EDGE, 36, said(way), "bold", size=19, width=WIDTH - 2 * _EDGE)
    drawing.text(_EDGE, 58, name, "soft", size=13)
    for (x, _), head in zip(
        (_TASK, _FILTER, _TARGET, _QUEUE), ("Task", "Filters, in order", "Targets, in order", "Queues"), strict=True
    ):
        drawing.text(x, _TOP - 12, head, "soft bold", size=12)
    places = _queue_places(rows, queues, heights, bottom)
    _edges(drawing, rows, places, heights)
    _spine(drawing, rows, _TOP + 30)
    _task(drawing, way)
    for row in rows:
        _filter(drawing, row, way)
    for queue in queues:
        _queue(drawing, way, queue, places[queue], heights[queue])
    _legend(drawing, bottom + 22)
    return drawing.written()


def said(way: Way) -> str:
    """The way in one sentence."""
    if way.outcome == "cancelled":
        return "Nothing takes it: the task is cancelled" + (f" after {way.after} s" if way.after else "")
    through = f"{way.filter} → {way.queue}"
    late = f" after {way.after} s" if way.after else ""
    match way.outcome:
        case "assigned":
            return f"{through} → {way.worker}{late}"
        case "waiting":
            return f"{through}{late}, and waits there: nobody can take it"
        case _:
            return through


def _rows(way: Way) -> list[_Row]:
    rows: list[_Row] = []
    y = float(_TOP)
    for looked in way.filters:
        lines = wrapped(_short(looked.expression), _FILTER[1] - 44, 11, lines=2, mono=True) if looked.expression else []
        height = max(34 + _LINE * (len(lines) + bool(looked.findings)), len(looked.targets) * (_CHIP + 5) + 9)
        rows.append(_Row(looked, lines, y, height))
        y += height + _GAP
    for stop in way.stops:
        rows[-1 if stop.filter is None else stop.filter].stops[stop.number] = stop
    return rows


def _spine(drawing: Drawing, rows: list[_Row], start: float) -> None:
    """The order in which filters are looked at, down to the one that is taken."""
    taken = next((row for row in rows if row.looked.taken), None)
    if rows and rows[-1] is not taken:
        last = rows[-1].middle
        drawing.path(f"M{_SPINE} {start} V{last:g}", "line")
    for row in rows:
        if row is not taken:
            drawing.path(f"M{_SPINE} {row.middle:g} H{_FILTER[0]}", "line")
    x, width = _TASK
    if taken is not None:
        drawing.path(f"M{x + width} {start} H{_SPINE} V{taken.middle:g} H{_FILTER[0] - 3}", "line-on")
        drawing.arrow(_FILTER[0], taken.middle, "dot-on")
    for row in rows:
        if row is taken:
            break
        drawing.dot(_SPINE, row.middle, "dot-on", 3.5)


def _task(drawing: Drawing, way: Way) -> None:
    x, width = _TASK
    drawing.card(x, _TOP, width, _task_height(way), "card-on")
    lines = _flat(way.attributes)
    for number, (key, value) in enumerate(lines[:_SHOWN_ATTRIBUTES]):
        y = _TOP + 24 + number * 2 * _LINE
        drawing.text(x + 12, y, key, "soft", size=11, width=width - 24)
        drawing.text(x + 12, y + 14, value, "mono", size=11.5, width=width - 24)
    if not lines:
        drawing.text(x + 12, _TOP + 26, "no attributes", "soft")
    if len(lines) > _SHOWN_ATTRIBUTES:
        more = len(lines) - _SHOWN_ATTRIBUTES
        drawing.text(x + 12, _TOP + 24 + _SHOWN_ATTRIBUTES * 2 * _LINE, f"and {more} more", "soft", size=11)


def _task_height(way: Way) -> float:
    lines = len(_flat(way.attributes))
    return 22 + 2 * _LINE * max(1, min(lines, _SHOWN_ATTRIBUTES)) + (_LINE if lines > _SHOWN_ATTRIBUTES else 0)


def _filter(drawing: Drawing, row: _Row, way: Way) -> None:
    x, width = _FILTER
    looked = row.looked
    seen = looked.taken or any(stop.filter is not None for stop in row.stops.values())
    kind = "card-on" if looked.taken else "card-warn" if seen else "card"
    drawing.card(x, row.y, width, row.height, kind)
    before = _before_taken(way, looked)
    mark = "✓" if looked.taken else "✗" if before else ""
    drawing.text(x + 12, row.y + 21, mark, "on bold" if looked.taken else "soft", size=13)
    drawing.text(
        x + 32, row.y + 21, looked.name, "bold" if looked.taken or before else "soft", size=13, width=width - 44
    )
    for number, line in enumerate(row.lines):
        drawing.text(x + 32, row.y + 38 + number * _LINE, line, "mono soft", size=11)
    if looked.findings:
        y = row.y + 38 + len(row.lines) * _LINE
        drawing.text(x + 32, y, _because(looked), "on" if looked.taken else "soft", size=11, width=width - 44)
    tx, twidth = _TARGET
    first = (float(tx), _chip(row, 1) + _CHIP / 2)
    drawing.curve((x + width, row.middle), first, "line-on" if row.stops else "line")
    for number, text in enumerate(looked.targets, start=1):
        stop = row.stops.get(number)
        y = _chip(row, number)
        drawing.card(tx, y, twidth, _CHIP, _ENDS[stop.end] if stop else "card")
        why = stop.why if stop and stop.end != "open" else ""
        drawing.text(tx + 10, y + (14.5 if why else 21), str(number), "" if stop else "soft", size=11)
        drawing.text(tx + 26, y + (14.5 if why else 21), text, "" if stop else "soft", size=11, width=twidth - 34)
        drawing.text(tx + 26, y + 27.5, why, _colour(stop), size=10, width=twidth - 34)


def _queue(drawing: Drawing, way: Way, queue: str, y: float, height: float) -> None:
    x, width = _QUEUE
    stops = [stop for stop in way.stops if stop.queue == queue]
    kind = (
        ("card-good" if way.outcome == "assigned" else "card-on")
        if queue == way.queue
        else "card-warn"
        if stops
        else "card"
    )
    drawing.card(x, y, width, height, kind)
    drawing.text(x + 12, y + 22, queue, "bold" if stops else "soft", size=13, width=width - 24)
    workers = dict(list(stops[-1].workers.items())[:_SHOWN_WORKERS]) if stops else {}
    for number, (name, state) in enumerate(workers.items()):
        colour = "good bold" if state == "takes it" else "soft"
        drawing.text(x + 12, y + 40 + number * _LINE, f"{name}: {state}", colour, size=11, width=width - 24)


def _queue_height(way: Way, queue: str) -> float:
    stops = [stop for stop in way.stops if stop.queue == queue]
    shown = min(len(stops[-1].workers), _SHOWN_WORKERS) if stops else 0
    return 34 + _LINE * shown + (4 if shown else 0)


def _queue_places(rows: list[_Row], queues: list[str], heights: Mapping[str, float], bottom: float) -> dict[str, float]:
    """Each queue about level with the targets that lead to it; none over another."""
    wanted = {
        queue: sum(middles) / len(middles) - heights[queue] / 2
        for queue in queues
        if (middles := [row.middle for row in rows if queue in row.looked.queues])
    }
    places: dict[str, float] = {}
    y = float(_TOP)
    for queue in sorted(queues, key=lambda one: wanted[one]):
        places[queue] = y = max(y, wanted[queue])
        y += heights[queue] + _GAP
    over = max(0.0, y - _GAP - bottom)
    for queue in reversed(list(places)) if over else ():
        places[queue] = min(places[queue], bottom - heights[queue])
        bottom = places[queue] - _GAP
    return places


def _edges(drawing: Drawing, rows: list[_Row], places: Mapping[str, float], heights: Mapping[str, float]) -> None:
    """From targets to queues: the others first, so that the path lies over them."""
    drawn: list[tuple[int, tuple[float, float], tuple[float, float], str]] = []
    for row in rows:
        for number, queue in enumerate(row.looked.queues, start=1):
            stop = row.stops.get(number)
            kind = "line" if stop is None else "line-warn" if stop.end in ("left", "skipped") else "line-on"
            start = (float(_TARGET[0] + _TARGET[1]), _chip(row, number) + _CHIP / 2)
            end = (float(_QUEUE[0]), places[queue] + min(heights[queue] / 2, 18))
            drawn.append((("line", "line-warn", "line-on").index(kind), start, end, kind))
    for _, start, end, kind in sorted(drawn):
        drawing.curve(start, end, kind)
        if kind == "line-on":
            drawing.arrow(end[0], end[1], "dot-on")


def _legend(drawing: Drawing, y: float) -> None:
    x = float(_EDGE)
    for kind, text in (
        ("card-on", "the path"),
        ("card-good", "taken by an agent"),
        ("card-warn", "passed: nobody took it in time"),
        ("card", "not on the path"),
    ):
        drawing.card(x, y - 10, 16, 12, kind, radius=3)
        drawing.text(x + 22, y, text, "soft", size=11)
        x += 46 + 6.6 * len(text)


def _chip(row: _Row, number: int) -> float:
    """The upper edge of a target, counted from 1: together they are level with their filter."""
    whole = len(row.looked.targets) * (_CHIP + 5) - 5
    return row.middle - whole / 2 + (number - 1) * (_CHIP + 5)


def _colour(stop: Stop | None) -> str:
    if stop is None:
        return "soft"
    return {"assigned": "good", "left": "warn", "skipped": "warn"}.get(stop.end, "on")


def _before_taken(way: Way, looked: Looked) -> bool:
    """Whether the filter was looked at, and did not hold."""
    for one in way.filters:
        if one.taken:
            return False
        if one is looked:
            return True
    return False


def _because(looked: Looked) -> str:
    """What the names in the expression hold."""
    values = dict(value for finding in looked.findings for value in finding.values)
    told = (
        f"{name} is {'not there' if value is None else json.dumps(value, ensure_ascii=False)}"
        for name, value in values.items()
    )
    return _short(", ".join(told))


def _short(text: str) -> str:
    """SIDs by their ends: `WQ…0002`."""
    return _SID.sub(r"\1…\2", text)


def _flat(attributes: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Attributes as lines: `originalRouting.queueName`, and the value."""
    lines: list[tuple[str, str]] = []
    for key, value in attributes.items():
        if isinstance(value, Mapping) and value:
            lines += _flat(value, f"{prefix}{key}.")
        else:
            lines.append((f"{prefix}{key}", _short(json.dumps(value, ensure_ascii=False))))
    return lines
