"""The picture of a metric by release: values, intervals, gates, the baseline and rollbacks."""

from dataclasses import replace

from mlvc.domain.wording import counted
from mlvc.ops.plotted import ByRelease, Point
from mlvc.plots import look
from mlvc.plots.guides import arrows, lines
from mlvc.plots.look import DARK, EDGE, TEXT, Spec, layer, legend, plain
from mlvc.plots.place import BESIDE, HEIGHT, Place

_TURNS = 8  # rollbacks that are drawn, the last ones
_STANDINGS = {
    "release": "circle",
    "current": "diamond",
    "baseline": "square",
    "withdrawn": "M-1,-.6L-.6,-1L0,-.4L.6,-1L1,-.6L.4,0L1,.6L.6,1L0,.4L-.6,1L-1,.6L-.4,0Z",
}


def spec(found: ByRelease) -> Spec:
    """The Vega-Lite specification of a metric by release."""
    earlier, shown = found.turns[:-_TURNS], found.turns[-_TURNS:]
    found = replace(found, turns=shown)
    place = Place.of(found)
    layers = [
        *lines(found, place),
        *_connected(found, place),
        *_bars(found, place),
        *arrows(found, place),
        *_points(found, place),
    ]
    title = f"{plain(found.metric)} of {found.model} by release"
    said = _said(found, place)
    left_out = counted(len(earlier), "earlier rollback is", "earlier rollbacks are")
    said += [f"{left_out} not shown"] if earlier else []
    return look.chart(title, said, (place.width, HEIGHT), layers)


def _said(found: ByRelease, place: Place) -> list[str]:
    said = [look.whose(found.evaluator, several=len(found.points) > 1)]
    if any(point.interval for point in found.points):
        said.append("bars are 95 % bootstrap intervals of each release alone")
    for limit in found.limits:
        if not place.shows(limit):
            where = "below" if limit.value < place.low else "above"
            said.append(f"far {where} what is shown: {limit.text}")
    return said


def _points(found: ByRelease, place: Place) -> list[Spec]:
    rows = _rows(found, place)
    both = {"x": place.releases(), "y": place.values()}
    ends = ("low", "high") if any(point.interval for point in found.points) else ()
    named = ("release", "value", *ends, "verdict", "standing")
    coded = {
        "color": _colour(found),
        "shape": _shape(rows),
        "tooltip": [{"field": name, "type": "nominal"} for name in named],
    }
    mark = layer("point", {"opacity": 1, "filled": True, "size": place.size}, rows, **both, **coded)
    return [*(_texts(rows, both) if place.has_texts else []), mark]


def _rows(found: ByRelease, place: Place) -> list[Spec]:
    return [
        {
            "release": point.label,
            "value": point.value,
            **(dict(zip(("low", "high"), point.interval, strict=True)) if point.interval else {}),
            "verdict": point.verdict,
            "standing": _standing(point),
            "text": text,
        }
        for point, text in zip(found.points, place.written, strict=True)
    ]


def _standing(point: Point) -> str:
    if point.withdrawn:
        return "withdrawn"
    return "current" if point.current else "baseline" if point.baseline else "release"


def _texts(rows: list[Spec], both: Spec) -> list[Spec]:
    """The values in words, on a light edge, since lines run below them."""
    beside = {"align": "left", "dx": BESIDE, "dy": -BESIDE, "fontSize": 11}
    return [layer("text", {**beside, **how}, rows, **both, text=TEXT) for how in (EDGE, DARK)]


def _colour(found: ByRelease) -> Spec:
    there = [name for name in look.VERDICTS if name in {point.verdict for point in found.points}]
    return {
        "field": "verdict",
        "type": "nominal",
        "scale": {"domain": there, "range": [look.VERDICTS[name] for name in there]},
        "legend": None if there == ["NONE"] else legend("verdict in its tag"),
    }


def _shape(rows: list[Spec]) -> Spec:
    there = [name for name in _STANDINGS if name in {row["standing"] for row in rows}]
    dark = {"symbolFillColor": look.INK, "symbolStrokeColor": look.INK}
    return {
        "field": "standing",
        "type": "nominal",
        "scale": {"domain": there, "range": [_STANDINGS[name] for name in there]},
        "legend": None if there == ["release"] else {**legend("standing"), **dark},
    }


def _connected(found: ByRelease, place: Place) -> list[Spec]:
    """A line from value to value, where these can be compared."""
    if not found.evaluator or len(found.points) == 1:
        return []
    rows = [{"release": point.label, "value": point.value} for point in found.points]
    thin = {"color": look.FAINT, "strokeWidth": 1.2}
    return [layer("line", thin, rows, x=place.releases(), y=place.values())]


def _bars(found: ByRelease, place: Place) -> list[Spec]:
    """The intervals, with a cap at each end."""
    rows = [row for row in _rows(found, place) if "low" in row]
    if not rows:
        return []
    both = {"x": place.releases(), "color": _colour(found)}
    bar = {"strokeWidth": 1.4, "opacity": 1}
    cap = {"thickness": 1.4, "opacity": 1, "size": place.size**0.5, "orient": "horizontal"}
    low, high = place.values("low"), place.values("high")
    return [
        layer("rule", bar, rows, **both, y=low, y2={"field": "high"}),
        *(layer("tick", cap, rows, **both, y=end) for end in (low, high)),
    ]
