"""`mlvc eval`."""

from typing import TYPE_CHECKING, Annotated

import typer

from mlvc.cli import output, wide
from mlvc.cli.options import Json, Model, verb_app
from mlvc.cli.tables import Csv, Markdown, comma_separated, markdown, refuse_several
from mlvc.domain.wording import counted
from mlvc.errors import Exit, MlvcError
from mlvc.workspace.confine import shown

if TYPE_CHECKING:
    from mlvc.ops.evaluating import Evaluated
    from mlvc.ops.evaluation_run import Run

app = verb_app()


@app.command("eval")
def eval_(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[RELEASE | RANGE | REV]...", show_default=False)
    ] = None,
    with_: Annotated[
        str | None,
        typer.Option(
            "--with", metavar="REV", help="Use this revision's evaluator; `.` is the workspace."
        ),
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="Evaluate every release, of all models or of --model.")
    ] = False,
    stage: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Run this stage, not those configured. Repeatable."),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set", "-S", metavar="KEY=VALUE", help="What if a parameter were so? Not recorded."
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Run what was evaluated before, too.")
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs", "-j", min=1, metavar="N", help="So many at once: 1, on a cluster all."
        ),
    ] = None,
    timeout: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="End an evaluation that takes longer, such as 10m."),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Run them on the workers of this Dask scheduler."),
    ] = None,
    model: Model = None,
    trust: Annotated[
        bool, typer.Option("--trust", help="Run code that is on no local branch and in no release.")
    ] = False,
    matrix: Annotated[
        bool,
        typer.Option("--matrix", help="Run nothing; print what would run, for GitHub Actions."),
    ] = False,
    json: Json = False,
    md: Markdown = False,
    csv: Csv = False,
) -> None:
    """Evaluate releases in isolated worktrees; your workspace is never touched.

    \b
      mlvc eval v1.2.0                    its own evaluator: do its metrics reproduce?
      mlvc eval --all --with HEAD         today's evaluator on every release: a fair table
      mlvc eval '>=1.0,<2' --with .       the evaluator as it lies here, not recorded
      mlvc eval --with HEAD --set evaluate.threshold=0.4
      mlvc eval --all --jobs 4 --timeout 10m
      mlvc eval --all --cluster tcp://10.0.0.5:8786

    It runs the stages of dvc.yaml. What was evaluated once is not computed again, but for --again;
    the first evaluation is the one that counts. Whether a release's own metrics reproduce is found
    out by running; else DVC's run cache serves what it knows. Metrics that
    `mlvc.evaluation.volatile` names are shown by --json only. Workers of a cluster clone from the
    Git remote and fetch from the DVC remote: docs/cluster.md.

    What other clones have evaluated counts, too: `mlvc pull` brings it, `mlvc push` sends yours.
    """
    from dataclasses import replace

    from mlvc.domain.duration import seconds
    from mlvc.ops.evaluating import evaluate, unknown
    from mlvc.ops.evaluation_jobs import How
    from mlvc.ops.evaluators import changes
    from mlvc.ops.reproducing import steady
    from mlvc.ops.selecting import evaluator_by, select

    refuse_several(json=json, md=md, csv=csv, matrix=matrix)
    project = context.obj.project()
    project.settings()  # a mistake in there is told before anything runs
    targets = select(project, names or [], model, every=all_)
    by = evaluator_by(project, with_, targets)
    how = How(
        jobs or (len(targets) if cluster else 1),
        seconds(timeout) if timeout is not None else None,
        again=again,
        trust=trust,
        cluster=cluster,
    )
    by = replace(by, stages=tuple(stage or ()), changes=changes(set_ or ()))
    if matrix:
        _print_matrix(unknown(project, targets, by))
        return
    rows = evaluate(project, targets, by, how, progress=context.obj.say)
    if json:
        output.document("eval", {"evaluations": rows})
    else:
        there: dict[str, set[str]] = {}
        for row in rows:
            there.setdefault(row.evaluation.model, set()).update(row.evaluation.metrics)
        names = sorted({n for m, found in there.items() for n in steady(project, m, found)})
        _comma_separated(rows, names) if csv else _print(rows, names, md=md)
    _refuse_failed([row for row in rows if not row.is_ok], len(rows))


def _print_matrix(runs: "tuple[Run, ...]") -> None:
    """One line of JSON, as a job's `strategy.matrix` takes it."""
    from json import dumps

    include = [
        {"release": run.target.name, "with": run.base.commit, "model": run.target.model}
        for run in runs
    ]
    print(dumps({"include": include}))


def _refuse_failed(failed: "list[Evaluated]", count: int) -> None:
    if failed:
        names = ", ".join(row.label for row in failed)
        raise MlvcError(
            f"{len(failed)} of {counted(count, 'evaluation')} failed: {names}",
            "Above is why; a log that is named there has all that the stage printed.",
            Exit.REFUSED,
        )


def _comma_separated(rows: "tuple[Evaluated, ...]", names: list[str]) -> None:
    cells = [
        (row.label, *(row.evaluation.metrics.get(name) for name in names), row.evaluation.error)
        for row in rows
    ]
    comma_separated(cells, ("release", *names, "error"))


def _print(rows: "tuple[Evaluated, ...]", names: list[str], *, md: bool) -> None:
    cells = [
        (
            row.label.removeprefix(f"{row.evaluation.model}@"),
            *(output.number(row.evaluation.metrics.get(name)) for name in names),
            _state(row),
        )
        for row in rows
    ]
    heads = ("RELEASE", *(shown(name) for name in names), "")
    markdown(cells, heads) if md else wide.table(heads, cells)
    if md:
        print()
    for row in rows:
        for text in (row.evaluation.error, *(row.differences or ())):
            if text:
                print(f"{row.label}: {shown(text)}")


def _state(row: "Evaluated") -> str:
    reproduces = {None: "", True: "reproduces", False: "does not reproduce"}
    words = [
        "" if row.is_ok else "ERROR",
        reproduces[None if row.differences is None else not row.differences],
        "" if row.fresh or not row.recorded else "known",
        "" if row.recorded or not row.is_ok else "not recorded",
    ]
    return ", ".join(word for word in words if word)
