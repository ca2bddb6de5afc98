"""The plot: a panel for each dataset and cache type, a bar for each contestant."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.datasets import Dataset
from benchmarks.limits import HASHES, LOOK, RENAME
from benchmarks.measuring import Figure, Key, Results
from benchmarks.rounds import DVC, MLVC, STATUS, WARM

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS = {MLVC: "#1f6feb", DVC: "#d9822b"}
_LIMIT = "#b5bcc6"
_LEFT_OUT = {STATUS, LOOK, RENAME, *HASHES}
_Bars = list[tuple[Key, Figure]]


def draw(path: Path, datasets: Sequence[Dataset], results: Results) -> None:
    """Draw the times on a common log scale, with their ratio to `dvc checkout`."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    caches = sorted({key.cache for key in results.samples if key.dataset != "tiny"})
    figure, panels = plt.subplots(
        len(datasets),
        len(caches),
        figsize=(6.8 * len(caches), 3.1 * len(datasets)),
        sharex=True,
        squeeze=False,
        layout="constrained",
    )
    spans = []
    for dataset, row in zip(datasets, panels, strict=True):
        for cache, panel in zip(caches, row, strict=True):
            bars = _bars(results, dataset.name, cache)
            _panel(panel, f"{dataset.title}: {cache}", bars)
            spans += [time for _, bar in bars for time in (bar.low, bar.high)]
    # Room on the right for the labels; all panels share the axis.
    panels[0][0].set_xlim(min(spans) / 2, max(spans) * 16)
    for panel in panels[-1]:
        panel.set_xlabel("seconds, whole process (log scale); × is to dvc checkout, warm")
    figure.savefig(path, dpi=120, metadata={"Software": ""})
    plt.close(figure)


def _bars(results: Results, dataset: str, cache: str) -> _Bars:
    found = [
        (key, figure)
        for key in results.samples
        if key[:2] == (dataset, cache)
        and key.contestant not in _LEFT_OUT
        and (figure := results.figure(key))
    ]
    return sorted(found, key=lambda bar: bar[1].median, reverse=True)


def _panel(panel: "Axes", title: str, bars: _Bars) -> None:
    panel.set_title(title, loc="left", fontsize=10, fontweight="bold")
    medians = [figure.median for _, figure in bars]
    panel.barh(
        range(len(bars)),
        medians,
        xerr=[
            [figure.median - figure.low for _, figure in bars],
            [figure.high - figure.median for _, figure in bars],
        ],
        color=[_COLOURS.get(key.contestant, _LIMIT) for key, _ in bars],
        error_kw={"elinewidth": 0.8, "ecolor": "#444c56"},
        height=0.72,
    )
    peer = next((f.median for key, f in bars if key.contestant == DVC and key.state == WARM), None)
    for place, (_, figure) in enumerate(bars):
        ratio = f"  ×{figure.median / peer:.2f}" if peer else ""
        panel.text(figure.high * 1.08, place, f"{figure.median:.2f} s{ratio}", va="center", size=8)
    names = [" ".join(filter(None, (key.contestant, key.state))) for key, _ in bars]
    panel.set_yticks(range(len(bars)), names, fontsize=8)
    panel.set_xscale("log")
    panel.spines[["top", "right"]].set_visible(False)
    panel.grid(visible=True, axis="x", color="#e6e8eb", linewidth=0.6)
    panel.set_axisbelow(True)
