"""`mlvc eval`."""

from typing import TYPE_CHECKING, Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import Json, Model, verb_app
from mlvc.errors import Exit, MlvcError

if TYPE_CHECKING:
    from mlvc.ops.evaluating import Evaluated

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
        bool, typer.Option("--all", help="Evaluate every release of the model.")
    ] = False,
    model: Model = None,
    trust: Annotated[
        bool, typer.Option("--trust", help="Run code that is on no local branch and in no release.")
    ] = False,
    json: Json = False,
) -> None:
    """Evaluate releases in isolated worktrees; your workspace is never touched.

    \b
      mlvc eval v1.2.0                    its own evaluator: do its metrics reproduce?
      mlvc eval --all --with HEAD         today's evaluator on every release: a fair table
      mlvc eval '>=1.0,<2' --with .       the evaluator as it lies here, not recorded

    It runs the stages of dvc.yaml. What was evaluated once is never computed again.
    """
    from mlvc.ops.evaluating import evaluate
    from mlvc.ops.selecting import evaluator_by, select

    project = context.obj.project()
    targets = select(project, names or [], model, every=all_)
    by = evaluator_by(project, with_, targets[0].model)
    rows = evaluate(project, targets, by, trust=trust, progress=context.obj.say)
    if json:
        output.document("eval", {"evaluations": rows})
    else:
        _print(rows)
    failed = [row.label for row in rows if row.evaluation.status != "OK"]
    if failed:
        raise MlvcError(
            f"{len(failed)} of {len(rows)} evaluations failed: {', '.join(failed)}",
            "The log named above has all that the stage printed.",
            Exit.REFUSED,
        )


def _print(rows: "tuple[Evaluated, ...]") -> None:
    names = sorted({name for row in rows for name in row.evaluation.metrics})
    cells = [
        (
            row.label,
            *(output.number(row.evaluation.metrics.get(name)) for name in names),
            _state(row),
        )
        for row in rows
    ]
    output.table(cells, ("RELEASE", *names, ""))
    for row in rows:
        if row.evaluation.error:
            print(f"{row.label}: {row.evaluation.error}")


def _state(row: "Evaluated") -> str:
    words = [
        "ERROR" if row.evaluation.status != "OK" else "",
        {True: "reproduces", False: "does not reproduce", None: ""}[row.evaluation.reproduces],
        "" if row.fresh else "recorded before",
        "" if row.recorded else "not recorded",
    ]
    return ", ".join(word for word in words if word)
