"""The results as JSON and Markdown, and as a plot."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.datasets import Dataset
from benchmarks.measuring import Key, Results
from benchmarks.rounds import DVC, MLVC, WARM
from benchmarks.verdicts import Verdict

_MIB = 1 << 20
_HEAD = """\
# How fast is mlvc?

Whole processes, page cache warm, contestants taking turns on the same repositories. Seconds are
this machine's: median (lowest–highest); quote the ratios, to `dvc checkout` warm. Cold: mlvc's and
DVC's state deleted. Warm: after the contestant's own. Foreign: after a `dvc checkout`, whose links
are hashed again. Spare, prepared: mlvc has the tree ready. Work: user and system time, which a busy
machine hardly disturbs. Peak: of the largest process.
"""


@dataclass(frozen=True)
class Outcome:
    """A whole run: on which machine, of what, with which results, and what follows from them."""

    machine: Mapping[str, object]
    datasets: Sequence[Dataset]
    results: Results
    verdicts: Sequence[Verdict]


def write(folder: Path, name: str, outcome: Outcome) -> None:
    """Write NAME.json, NAME.md and NAME.png."""
    from benchmarks import plot  # late: a large parent makes its children look large

    folder.mkdir(parents=True, exist_ok=True)
    document = {
        "schema": 1,
        "machine": outcome.machine,
        "datasets": [asdict(dataset) for dataset in outcome.datasets],
        "results": list(_rows(outcome.results)),
        "verdicts": [{**asdict(verdict), "verdict": verdict.word} for verdict in outcome.verdicts],
    }
    (folder / f"{name}.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    text = "\n".join(_lines(outcome))
    (folder / f"{name}.md").write_text(f"{text}\n", encoding="utf-8")
    plot.draw(folder / f"{name}.png", outcome.datasets, outcome.results)


def _rows(results: Results) -> Iterator[dict[str, object]]:
    for key in _keys(results):
        figure, count = results.figure(key), results.counts.get(key)
        row: dict[str, object] = key._asdict()
        if figure:
            row |= {
                "median": round(figure.median, 4),
                "min": round(figure.low, 4),
                "max": round(figure.high, 4),
                "work": round(figure.work, 4),
                "peak_mib": round(figure.peak / _MIB, 1),
                "seconds": [round(sample.seconds, 4) for sample in results.samples[key]],
            }
        if count is not None:
            row["data_files_opened"] = count
        if not figure:
            row["note"] = results.notes[key]
        yield row


def _keys(results: Results) -> list[Key]:
    """In the order of measuring, dataset by dataset."""
    keys = dict.fromkeys([*results.samples, *results.notes])
    order = list(dict.fromkeys((key.dataset, key.cache) for key in keys))
    return sorted(keys, key=lambda key: order.index((key.dataset, key.cache)))


def _lines(outcome: Outcome) -> Iterator[str]:
    yield _HEAD
    facts = outcome.machine.items()
    yield ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in facts)
    yield from _claims(outcome.verdicts)
    yield from _tables(outcome)


def _claims(verdicts: Sequence[Verdict]) -> Iterator[str]:
    yield "\n## What must hold\n\n| | claim | figure | at most |\n|---|---|---:|---:|"
    for verdict in verdicts:
        figure = "–" if verdict.figure is None else f"{verdict.figure:.2f} {verdict.unit}"
        yield f"| {verdict.word} | {verdict.claim} | {figure} | {verdict.limit:.2f} |"


def _tables(outcome: Outcome) -> Iterator[str]:
    titles = {dataset.name: dataset.title for dataset in outcome.datasets}
    part = None
    for key in _keys(outcome.results):
        if part != key[:2]:
            part = key[:2]
            yield f"\n## {titles.get(key.dataset, 'What any rollback costs')}, {key.cache}\n"
            yield "| | s | of dvc | work s | of dvc | peak MiB |\n|---|---:|---:|---:|---:|---:|"
        yield _line(outcome.results, key)


def _line(results: Results, key: Key) -> str:
    name = f"{key.contestant}, {key.state}" if key.state else key.contestant
    name = f"**{name}**" if key.contestant == MLVC else name
    figure, peer = results.figure(key), results.figure(Key(*key[:2], DVC, WARM))
    if not figure:
        return f"| {name} | {results.notes[key]} | | | | |"
    times = f"{figure.median:.2f} ({figure.low:.2f}–{figure.high:.2f})"
    ratios = (figure.median / peer.median, figure.work / peer.work) if peer else ()
    ratio, of_work = (f"{ratio:.2f}" for ratio in ratios) if ratios else ("", "")
    if key in results.counts:
        times += f"; opens {results.counts[key]:,} data files"
    work = f"{figure.work:.2f} | {of_work}"
    return f"| {name} | {times} | {ratio} | {work} | {figure.peak / _MIB:.0f} |"
