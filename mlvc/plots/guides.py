"""What a metric is read against: the baseline and gates as lines, rollbacks as arrows."""

from collections.abc import Iterator

from mlvc.ops.plotted import ByRelease, Limit, Turn
from mlvc.plots import look
from mlvc.plots.layout import apart
from mlvc.plots.look import DARK, EDGE, TEXT, Spec, layer, plain
from mlvc.plots.place import Place

_LANE, _LOWEST = 30, 10  # pixels that a rollback takes above the plot, and the first one's place
_LABEL = 14  # pixels that the name of a line takes
_BESIDE = 6  # and its distance from the plot


def lines(found: ByRelease, place: Place) -> Iterator[Spec]:
    """The baseline and the gates: lines across, with their names at the right."""
    marked = [(found.baseline, look.DASHED)] if found.baseline else []
    marked += [(limit, {"color": look.GATE}) for limit in found.limits if place.shows(limit)]
    pixels = apart([place.y(limit.value) for limit, _ in marked], _LABEL)
    for (limit, how), pixel in zip(marked, pixels, strict=True):
        yield from _line(limit, how, pixel, place)


def _line(limit: Limit, how: Spec, pixel: float, place: Place) -> Iterator[Spec]:
    rows = [{"text": plain(limit.text), "value": limit.value}]
    yield layer("rule", {"strokeWidth": 1.2, **how}, rows, y=place.values())
    named = {"align": "left", "baseline": "middle", "fontSize": 10.5, "color": how["color"]}
    x = place.width + max(_BESIDE, place.margin)
    yield layer("text", named, rows, x=_at(x), y=_at(pixel), text=TEXT)


def arrows(found: ByRelease, place: Place) -> Iterator[Spec]:
    """Rollbacks: above the plot, from the release that was left to the one that was restored."""
    heights = [-_LANE * lane - _LOWEST for lane in place.lanes]
    # What leads down first: the words of others stand over it.
    for turn, height in zip(found.turns, heights, strict=True):
        yield from _drops(turn, found, place, height)
    for turn, height in zip(found.turns, heights, strict=True):
        yield from _arrow(turn, place, height)


def _drops(turn: Turn, found: ByRelease, place: Place, height: float) -> Iterator[Spec]:
    """What leads the eye down to the two releases."""
    thin = {**DARK, "strokeWidth": 0.8, "strokeDash": [2, 3], "opacity": 0.6}
    for point in found.points:
        if point.label in (turn.origin, turn.target):
            top = place.y(max(point.interval or [point.value])) - _BESIDE
            x = _at(place.x(point.label))
            yield layer("rule", thin, [_row(turn)], x=x, y=_at(height), y2=_at(top))


def _arrow(turn: Turn, place: Place, height: float) -> Iterator[Spec]:
    start, end = place.x(turn.origin), place.x(turn.target)
    rows, y = [{**_row(turn), "text": place.said(turn)}], _at(height)
    yield layer("rule", {**DARK, "strokeWidth": 1.4}, rows, x=_at(start), x2=_at(end), y=y)
    head = {"shape": "triangle-right" if end > start else "triangle-left", "filled": True}
    yield layer("point", {**DARK, **head, "size": 60, "opacity": 1}, rows, x=_at(end), y=y)
    x, above = _at(place.middle(turn)), {"fontSize": 10.5, "baseline": "bottom", "dy": -5}
    for how in (EDGE, DARK):
        yield layer("text", {**above, **how}, rows, x=x, y=y, text=TEXT)


def _row(turn: Turn) -> Spec:
    return {"from": turn.origin, "to": turn.target}


def _at(pixel: float) -> Spec:
    return {"value": pixel}
