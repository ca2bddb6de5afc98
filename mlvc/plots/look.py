"""How all plots look: colours that the colour-blind can tell apart, fonts, axes, numbers."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from mlvc.workspace.confine import shown

Spec = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
INK, FAINT, QUIET = "#333333", "#c8c8c8", "#767676"
# Okabe and Ito, Color Universal Design, 2008.
SERIES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#8c6d31")
VERDICTS = {
    "PASS": "#009e73",
    "FAIL": "#d55e00",
    "INCONCLUSIVE": "#e69f00",
    "ERROR": "#cc79a7",
    "NONE": "#767676",
}
GATE = VERDICTS["FAIL"]
DARK = {"color": INK}
EDGE = {"stroke": "white", "strokeWidth": 3, "strokeJoin": "round"}
"""Of a text that lines run below."""
DASHED = {"color": QUIET, "strokeDash": [4, 3]}
TEXT = {"field": "text", "type": "nominal"}
_DIGITS = 4
_LETTER = 0.56  # of its height is a letter's width
_OVER = 100  # pixels that a title may be wider than the plot
_BOLD = 1.08  # wider than the usual letters
_BIG, _LONG, _SMALL = 1e6, 1e9, 1e-4
_CONFIG = {
    "font": "Arial, Helvetica, Liberation Sans, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "domainColor": QUIET,
        "gridColor": "#ececec",
        "labelColor": INK,
        "labelFontSize": 11,
        "tickColor": QUIET,
        "titleColor": INK,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titlePadding": 10,
    },
    "legend": {
        "labelColor": INK,
        "labelFontSize": 11,
        "titleColor": INK,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "symbolOpacity": 1,
        "labelLimit": 0,
        "layout": {"bottom": {"direction": "vertical", "anchor": "start", "margin": 6}},
    },
}


def chart(title: str, said: Sequence[str], size: tuple[int, int], layers: Sequence[Spec]) -> Spec:
    """A whole picture: its title with lines of what is `said` below it, and its layers."""
    return {
        "$schema": SCHEMA,
        "background": "white",
        "padding": 12,
        "title": {
            "text": cut(plain(title), size[0] + _OVER, 15 * _BOLD),
            "subtitle": [cut(plain(line), size[0] + _OVER) for line in said],
            "anchor": "start",
            "frame": "group",
            "fontSize": 15,
            "color": INK,
            "subtitleFontSize": 11.5,
            "subtitleColor": QUIET,
            "subtitlePadding": 5,
            "offset": 10,
        },
        "width": size[0],
        "height": size[1],
        "layer": list(layers),
        "config": _CONFIG,
    }


def legend(title: str) -> Spec:
    """A legend below the picture, where it hides nothing."""
    return {
        "title": title,
        "orient": "bottom",
        "direction": "horizontal",
        "titleOrient": "left",
        "titleAnchor": "middle",
    }


def whose(evaluator: str, *, several: bool) -> str:
    """By whose evaluator values are, and whether they can be compared."""
    if evaluator:
        return f"by the evaluator of {evaluator}"
    return "each by its own evaluator, so not comparable" if several else "by its own evaluator"


def plain(text: str) -> str:
    """Text of a repository as a picture may hold it: in one line, of what can be printed."""
    return shown(text)


def layer(mark: str, look: Mapping[str, Any], rows: Sequence[Spec], **encoding: Any) -> Spec:
    """Marks of one kind, with their data inline."""
    return {
        "data": {"values": list(rows)},
        "mark": {"type": mark, **look},
        "encoding": encoding,
    }


def width(text: str, size: float = 11) -> float:
    """About how many pixels a text takes."""
    return _LETTER * size * len(text)


def cut(text: str, pixels: float, size: float = 11) -> str:
    """A text that takes no more than so many pixels."""
    most = max(1, int(pixels / (_LETTER * size)))
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def number(value: float, among: Sequence[float]) -> str:
    """A value with as many digits as tell it from the others."""
    largest = max(map(abs, among), default=0)
    spread = max(among, default=0) - min(among, default=0)
    if not largest:
        return "0"
    apart = math.ceil(math.log10(largest / spread)) + 1 if spread else 0
    digits = min(15, max(_DIGITS, apart))
    if _SMALL <= largest < _LONG:
        decimals = max(0, digits - 1 - math.floor(math.log10(largest)))
        return f"{value:,.{decimals}f}"
    return f"{value:.{digits - 1}e}"


def form(largest: float) -> str | None:
    """The form of numbers on an axis (d3-format), None for the usual one."""
    if largest >= _BIG:
        return "s"
    return "e" if 0 < largest < _SMALL else None
