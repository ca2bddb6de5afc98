"""`mlvc github plan`, `run` and `report`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import Json, Model
from mlvc.errors import Exit
from mlvc.github.runner import Runner

if TYPE_CHECKING:
    from mlvc.domain.verdict import Verdict
    from mlvc.github.reports import Report
    from mlvc.github.sides import Question
    from mlvc.github.speaking import PullRequest

Revision = Annotated[str, typer.Argument(metavar="[RELEASE | REV]", show_default=False)]
Base = Annotated[
    str | None,
    typer.Option(metavar="REV", help="Compare with this; default: the pull request's base."),
]
Env = Annotated[
    str | None, typer.Option(metavar="ENV", help="Apply the gates of this environment.")
]
Trust = Annotated[
    bool, typer.Option("--trust", help="Run code that is on no local branch and in no release.")
]
_CODES = {
    "FAIL": Exit.GATE_FAIL,
    "INCONCLUSIVE": Exit.GATE_INCONCLUSIVE,
    "ERROR": Exit.GATE_ERROR,
}


def plan(
    context: typer.Context,
    name: Revision = "HEAD",
    base: Base = None,
    env: Env = None,
    model: Model = None,
) -> None:
    """Say what is to be evaluated, as a matrix.

    Outputs: matrix, as a job's `strategy.matrix` takes it, and count. Nothing is run.
    """
    from json import dumps

    from mlvc.github.reports import missing

    runner = Runner.of(os.environ)
    runs = missing(context.obj.project(), _question(runner, name, base, env, model))
    include = [
        {"release": run.target.name, "with": run.base.commit, "model": run.target.model}
        for run in runs
    ]
    found = {"matrix": dumps({"include": include}), "count": str(len(runs))}
    runner.put(found)
    output.table(found.items())


def run(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="RELEASE | REV")],
    with_: Annotated[str, typer.Option("--with", metavar="REV", help="Whose evaluator.")],
    folder: Annotated[Path, typer.Option("--to", metavar="DIR", help="Where it is kept.")],
    model: Model = None,
    trust: Trust = False,
) -> None:
    """Evaluate one model, for the job that reports.

    What came of it is kept in a folder, with the files that the evaluator wrote. A failing
    evaluation is kept, too: the report tells it.
    """
    from mlvc.ops.carrying import pack
    from mlvc.ops.evaluating import evaluate
    from mlvc.ops.evaluation_jobs import How
    from mlvc.ops.selecting import evaluator_by, select

    project = context.obj.project()
    targets = select(project, [name], model, every=False)
    by = evaluator_by(project, with_, targets)
    rows = evaluate(project, targets, by, How(trust=trust), progress=context.obj.say)
    pack(project, [row.evaluation for row in rows if row.recorded], context.obj.folder / folder)
    for row in rows:
        print(f"{row.label}: {row.evaluation.error or 'OK'}")


def report(
    context: typer.Context,
    name: Revision = "HEAD",
    base: Base = None,
    env: Env = None,
    model: Model = None,
    folder: Annotated[
        Path | None, typer.Option("--from", metavar="DIR", help="Take over what `run` kept there.")
    ] = None,
    run_: Annotated[
        bool, typer.Option("--run", help="Evaluate here what nobody has evaluated.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Evaluate all of it here, whoever did so before.")
    ] = False,
    trust: Trust = False,
    json: Json = False,
) -> None:
    """Tell how a revision does: summary, comment, check.

    It is compared with its base, production and the gates' baselines. Only what was run counts, not
    the metrics that a commit holds. It goes to the step's summary and outputs (verdict,
    report); on a pull request, to one comment that is kept up to date, and to the check `mlvc`
    of its head. Then the exit code is 0 whatever the check says. Elsewhere it is that of `mlvc
    gate`: 3 FAIL, 4 INCONCLUSIVE, 5 ERROR.
    """
    from mlvc.github import reports
    from mlvc.github.page import page
    from mlvc.github.speaking import PullRequest
    from mlvc.ops.carrying import unpack
    from mlvc.ops.evaluation_jobs import How

    runner, project = Runner.of(os.environ), context.obj.project()
    question = _question(runner, name, base, env, model)
    if folder and (context.obj.folder / folder).is_dir():
        unpack(project, context.obj.folder / folder)
    if run_ or again:
        reports.made(project, question, How(again=again, trust=trust), context.obj.say)
    found = reports.reports(project, question)
    said, text = reports.verdict(found), page(found, runner.page)
    runner.summarise(text)
    runner.put({"verdict": said, "report": text})
    if json:
        output.document("github-report", {"verdict": said, "reports": found})
    else:
        print(text)
    about = PullRequest.of(runner)
    if about is None or not _spoken(context, runner, about, found, said, text):
        raise typer.Exit(_CODES.get(said, Exit.OK))


def _spoken(
    context: typer.Context,
    runner: Runner,
    about: "PullRequest",
    found: "tuple[Report, ...]",
    said: "Verdict",
    text: str,
) -> bool:
    """Comment, and set the check; whether the check was set."""
    from mlvc.github.api import Api, ApiError
    from mlvc.github.page import headline
    from mlvc.github.speaking import check, comment

    api = Api.of(runner)
    try:
        context.obj.say(f"commented: {comment(api, about.number, text)}")
        check(api, about.head, said, headline(found), text)
    except ApiError as error:
        if not error.is_forbidden:
            raise
        context.obj.say(f"not told on the pull request: {error.message}. {error.hint}")
        return False
    return True


def _question(
    runner: Runner, name: str, base: str | None, env: str | None, model: str | None
) -> "Question":
    from mlvc.github.sides import Question
    from mlvc.github.speaking import PullRequest
    from mlvc.ops.gating import Terms

    about = PullRequest.of(runner)
    return Question(name, base or (about.base if about else None), model, Terms(environment=env))
