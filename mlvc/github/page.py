"""Reports as Markdown: the comment on a pull request, and the summary of a job."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime

from mlvc.domain.figures import number
from mlvc.domain.markdown import quiet, table
from mlvc.domain.verdict import Verdict
from mlvc.github.reports import Report, verdict

_SIGNS = {Verdict.PASS: "✅", Verdict.FAIL: "❌", Verdict.INCONCLUSIVE: "❔", Verdict.ERROR: "⚠️"}
_NONE = "➖"  # noqa: RUF001 - not a hyphen, but a sign beside the others
_CHARTS = 4  # metrics drawn; GitHub renders each by itself
_LABEL = 24


def headline(reports: Sequence[Report]) -> str:
    """One line: the verdict of all, and of which models."""
    said = verdict(tuple(reports))
    names = ", ".join(report.model for report in reports)
    return f"{said}: {names}"


def page(reports: Sequence[Report], run: str = "") -> str:
    """All reports, one below the other; `run` is the address of the run that made them."""
    parts = [_section(report) for report in reports]
    made = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    link = f" · [the run that made this]({run})" if run else ""
    return "\n\n".join([*parts, f"<sub>mlvc · {made}{link}</sub>"])


def _section(report: Report) -> str:
    said = report.judgement.verdict
    against = f", compared with {', '.join(report.baselines)}" if report.baselines else ""
    subject = report.subject.target.label
    lines = [
        f"### {_SIGNS.get(said, _NONE)} {quiet(report.model)}: {said}",
        f"{quiet(subject + against)}, by the evaluator of {quiet(report.evaluator)}.",
    ]
    lines += [f"> **Note:** {quiet(note)}" for note in report.notes]
    lines += [_gates(report), _metrics(report), *_errors(report), _plots(report)]
    return "\n\n".join(line for line in lines if line)


def _gates(report: Report) -> str:
    found = report.judgement.findings
    if not found:
        return "No gates are configured: nothing is judged." if report.names else ""
    rows = [
        (f"{_SIGNS.get(f.verdict, _NONE)} {f.verdict}", quiet(f.rule_text), quiet(f.explanation))
        for f in found
    ]
    return table(rows, ("Verdict", "Gate", "Why"))


def _metrics(report: Report) -> str:
    if not report.names:
        return ""
    heads = ["Metric", *(quiet(column.side.label) for column in report.columns)]
    rows = [
        [quiet(name), *(number(column.metrics.get(name)) for column in report.columns)]
        for name in report.names
    ]
    return table(rows, heads)


def _errors(report: Report) -> list[str]:
    return [
        f"- {quiet(column.side.label)}: {quiet(column.error)}"
        for column in report.columns
        if column.error
    ]


def _plots(report: Report) -> str:
    """Charts that GitHub draws itself: no picture has to lie anywhere."""
    judged = dict.fromkeys(finding.metric for finding in report.judgement.findings)
    names = [name for name in (judged or report.names) if _values(report, name)][:_CHARTS]
    if not names or len(report.columns) < 2:  # noqa: PLR2004 - one bar says nothing
        return ""
    charts = "\n\n".join(_chart(report, name) for name in names)
    return f"<details><summary>Plots</summary>\n\n{charts}\n\n</details>"


def _chart(report: Report, name: str) -> str:
    found = _values(report, name)
    values = [value for _, value in found]
    low, high = min(values), max(values)
    room = (high - low or abs(high) or 1.0) / 4
    # A share is not drawn below nothing.
    start = max(0.0, low - room) if low >= 0 else low - room
    labels = ", ".join(f'"{_plain(label)}"' for label, _ in found)
    return "\n".join(
        [
            "```mermaid",
            "xychart-beta",
            f'  title "{_plain(name)}, from {start:.4g} on"',
            f"  x-axis [{labels}]",
            f"  y-axis {start:.6g} --> {high + room:.6g}",
            f"  bar [{', '.join(f'{value:.6g}' for value in values)}]",
            "```",
        ]
    )


def _values(report: Report, name: str) -> list[tuple[str, float]]:
    return [
        (column.side.label, value)
        for column in report.columns
        if (value := column.metrics.get(name)) is not None and math.isfinite(value)
    ]


def _plain(text: str) -> str:
    """What can end neither a string of Mermaid's nor the block."""
    kept = "".join(c if c.isalnum() or c in " @._=/()-+" else "?" for c in text)
    return kept if len(kept) <= _LABEL else f"{kept[: _LABEL - 1]}…"
