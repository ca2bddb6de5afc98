"""The picture of curves of several releases, one over the other."""

from dataclasses import dataclass

from mlvc.ops.overlaying import Drawn, Overlay
from mlvc.plots import look
from mlvc.plots.look import Spec, layer, legend

_SIDE = 360
_MARGIN = 1.05  # of what a calibration curve reaches


@dataclass(frozen=True)
class _Kind:
    """A kind of curve: its title, its axes, the name of its number, and what is dashed."""

    title: str
    x: str
    y: str
    summary: str
    dashed: str


_KINDS = {
    "roc": _Kind("ROC", "false positive rate", "true positive rate", "AUC", "chance"),
    "pr": _Kind("Precision and recall", "recall", "precision", "AP", "share of positives"),
    "calibration": _Kind(
        "Calibration", "mean score, ten bins of equal size", "share of positives", "ECE", "perfect"
    ),
}


def spec(found: Overlay) -> Spec:
    """The Vega-Lite specification of the curves."""
    axes = _axes(found)
    layers = [*_reference(found, axes), *_intervals(found, axes), *_curves(found, axes)]
    title = f"{_KINDS[found.name].title} of {found.model}"
    return look.chart(title, _said(found), (_SIDE, _SIDE), layers)


def _said(found: Overlay) -> list[str]:
    rows = sorted({drawn.curve.rows for drawn in found.curves})
    many = f"{rows[0]:,}" if len(rows) == 1 else f"{rows[0]:,} to {rows[-1]:,}"
    bars = "; bars are 95 % intervals" if found.name == "calibration" else ""
    whose = look.whose(found.evaluator, several=len(found.curves) > 1)
    return [whose, f"{many} rows; dashed: {_KINDS[found.name].dashed}{bars}"]


def _axes(found: Overlay) -> Spec:
    """Both axes have the same ends, so that the diagonal is one."""
    kind, most = _KINDS[found.name], 1.0
    if found.name == "calibration":
        reached = [drawn.curve.x + drawn.curve.y for drawn in found.curves]
        reached += [ends for drawn in found.curves for ends in drawn.curve.ends]
        most = min(1.0, _MARGIN * max(map(max, reached)))
    scale = {"domain": [0, most], "nice": False, "zero": True}
    return {
        name: {
            "field": name,
            "type": "quantitative",
            "scale": scale,
            "axis": {"title": title, "tickCount": 6},
        }
        for name, title in (("x", kind.x), ("y", kind.y))
    }


def _curves(found: Overlay, axes: Spec) -> list[Spec]:
    rows = [
        {"series": _named(found, drawn), "x": x, "y": y, "order": order}
        for drawn in found.curves
        for order, (x, y) in enumerate(zip(drawn.curve.x, drawn.curve.y, strict=True))
    ]
    how: Spec = {"strokeWidth": 1.8}
    if found.name == "pr":
        how |= {"interpolate": "step-before"}
    if found.name == "calibration":
        how |= {"point": {"size": 40, "filled": True, "opacity": 1}}
    order = {"field": "order", "type": "quantitative"}
    return [layer("line", how, rows, **axes, color=_colour(found), order=order)]


def _intervals(found: Overlay, axes: Spec) -> list[Spec]:
    rows = [
        {"series": _named(found, drawn), "x": x, "y": low, "high": high}
        for drawn in found.curves
        for x, (low, high) in zip(drawn.curve.x, drawn.curve.ends, strict=False)
    ]
    bar = {"strokeWidth": 1.2, "opacity": 0.7}
    coded = {**axes, "y2": {"field": "high"}, "color": _colour(found)}
    return [layer("rule", bar, rows, **coded)] if rows else []


def _named(found: Overlay, drawn: Drawn) -> str:
    return f"{drawn.label}, {_KINDS[found.name].summary} {drawn.curve.summary:.4f}"


def _colour(found: Overlay) -> Spec:
    names = [_named(found, drawn) for drawn in found.curves]
    return {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": names, "range": list(look.SERIES[: len(names)])},
        "legend": {**legend(""), "title": None, "direction": "vertical", "symbolType": "stroke"},
    }


def _reference(found: Overlay, axes: Spec) -> list[Spec]:
    """What is no better than nothing, or perfect: the diagonal, or the share of positives."""
    thin = {**look.DASHED, "strokeWidth": 1.2}
    if found.name != "pr":
        ends = [{"x": end, "y": end} for end in axes["x"]["scale"]["domain"]]
        return [layer("line", thin, ends, **axes)]
    rows = [{"y": share} for share in sorted({drawn.curve.share for drawn in found.curves})]
    return [layer("rule", thin, rows, y=axes["y"])]
