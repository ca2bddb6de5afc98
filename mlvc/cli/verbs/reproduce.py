"""`mlvc reproduce`."""

import math
from typing import TYPE_CHECKING, Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import Json, Model, verb_app
from mlvc.cli.tables import Markdown, escaped, markdown, refuse_several
from mlvc.domain.reproduction import (
    BIT_IDENTICAL,
    DIFFERENT,
    IDENTICAL,
    METRIC_IDENTICAL,
    TOLERANCE,
    VOLATILE,
)
from mlvc.domain.wording import few
from mlvc.errors import Exit, MlvcError
from mlvc.workspace.confine import shown

if TYPE_CHECKING:
    from mlvc.domain.reproduction import MetricReproduced, StageReproduced
    from mlvc.ops.reproduction import Reproduced

app = verb_app()
_FEW = 2


@app.command()
def reproduce(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="[RELEASE | REV]")] = "HEAD",
    tolerance: Annotated[
        float,
        typer.Option(
            min=0, metavar="T", help="How much a metric may differ, absolutely or relatively."
        ),
    ] = TOLERANCE,
    timeout: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="End the stages if they take longer, such as 10m."),
    ] = None,
    model: Model = None,
    trust: Annotated[
        bool, typer.Option("--trust", help="Run code that is on no local branch and in no release.")
    ] = False,
    json: Json = False,
    md: Markdown = False,
) -> None:
    """Run the whole pipeline of a release again, from its data, and compare what comes out.

    \b
      mlvc reproduce v1.2.0
      mlvc reproduce --tolerance 1e-3 --timeout 1h
      mlvc reproduce latest --json

    Every stage that makes or evaluates the model runs, one after the other, in a worktree: yours is
    never touched, and nothing that comes out gets into your cache. It begins with what is recorded
    of `.dvc` files and frozen stages. The result is bit-identical; metric-identical, where outputs
    differ but all metrics are within the tolerance; or different (exit code 1). Where the first
    difference is, and what may explain it, is told. What `mlvc.evaluation.volatile` names need not
    come out again.
    """
    from mlvc.domain.duration import seconds
    from mlvc.ops.naming import released, resolve
    from mlvc.ops.reproduction import How
    from mlvc.ops.reproduction import reproduce as run

    refuse_several(json=json, md=md)
    if not math.isfinite(tolerance):
        raise MlvcError(f"{tolerance} is no tolerance", "Such as 1e-6, or 0.", Exit.USAGE)
    how = How(tolerance, seconds(timeout) if timeout is not None else None, trust=trust)
    project = context.obj.project()
    project.settings()  # a mistake in there is told before anything runs
    found = run(project, released(project, resolve(project, name, model)), how, context.obj.say)
    if json:
        output.document("reproduce", output.plain(found))
    else:
        _print(found, md=md)
    if found.verdict == DIFFERENT:
        raise MlvcError(
            f"{found.name} does not reproduce: {shown(_where(found))}",
            "Above is what may explain it; `--tolerance` says how much metrics may differ.",
        )


def _print(found: "Reproduced", *, md: bool) -> None:
    rows = [(shown(s.stage), _outputs(s), f"{s.seconds:.1f}") for s in found.stages]
    heads = ("STAGE", "OUTPUTS", "SECONDS")
    markdown(rows, heads) if md else output.table(rows, heads)
    changed = [_metric(metric) for metric in found.metrics if metric.recorded != metric.now]
    if changed:
        print()
        titles = ("METRIC", "RECORDED", "NOW", "CHANGE", "")
        markdown(changed, titles) if md else output.table(changed, titles)
    print()
    for line in _said(found):
        print(escaped(line) + "  " if md else line)


def _outputs(stage: "StageReproduced") -> str:
    parts = []
    for status in (IDENTICAL, VOLATILE, DIFFERENT):
        if paths := stage.paths(status):
            named = "" if status == IDENTICAL else f" ({_some(paths)})"
            parts.append(f"{len(paths)} {status}{named}")
    return ", ".join(parts) or "none"


def _some(paths: tuple[str, ...]) -> str:
    return few(list(map(shown, paths)), _FEW)


def _metric(metric: "MetricReproduced") -> tuple[str, ...]:
    old, new = metric.recorded, metric.now
    change = "–" if old is None or new is None else f"{new - old:+.2g}"
    within = "" if metric.same else "not within the tolerance"
    return shown(metric.name), output.number(old), output.number(new), change, within


def _said(found: "Reproduced") -> list[str]:
    """The verdict, and what belongs to it."""
    lines = [f"{found.name}: {found.verdict}{_but(found)}"]
    if found.first:
        lines += [f"first difference: {_where(found)}", f"   {found.first.why}"]
    if found.sources:
        lines.append(f"begun with what is recorded of {', '.join(found.sources)}")
    if found.left_out:
        lines.append(f"not run, for only frozen stages read it: {', '.join(found.left_out)}")
    if found.no_metrics:
        lines.append(f"no metrics to compare: {found.no_metrics}")
    return [shown(line) for line in lines]


def _but(found: "Reproduced") -> str:
    volatile = ", ".join(path for stage in found.stages for path in stage.paths(VOLATILE))
    if found.verdict == BIT_IDENTICAL:
        return f", but for volatile metrics in {volatile}" if volatile else ""
    if found.verdict == METRIC_IDENTICAL:
        return f": outputs differ, the metrics by no more than {found.tolerance:g}"
    off, count = sum(not metric.same for metric in found.metrics), len(found.metrics)
    return f"; {off} of {count} metrics differ by more than {found.tolerance:g}" if count else ""


def _where(found: "Reproduced") -> str:
    first = found.first
    return f"stage {first.stage}, {first.path}: {first.what}" if first else ""
