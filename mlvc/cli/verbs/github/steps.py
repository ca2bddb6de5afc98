"""`mlvc github event`, `release`, `answer` and `summary`."""

import os
import sys
from typing import Annotated

import typer

from mlvc.cli import output
from mlvc.cli.options import DryRun, Json, Model
from mlvc.github.runner import Runner


def event(
    context: typer.Context,
    ref: Annotated[str | None, typer.Argument(metavar="[TAG]", show_default=False)] = None,
    json: Json = False,
) -> None:
    """Say what a tag means, as outputs of the step.

    \b
      mlvc github event                   of $GITHUB_REF
      mlvc github event fraud@v1.2.0

    They are those of iterative/gto-action, and more: event (registration, assignment, unassignment,
    deregistration, deprecation), name, version, stage, type, path, description, verdict,
    previous, digest. All are empty for a tag or branch that is nothing of a model's.
    """
    from mlvc.github.events import event as meaning

    runner = Runner.of(os.environ)
    found = meaning(context.obj.project(), ref or runner.need("REF")).outputs
    runner.put(found)
    if json:
        output.document("github-event", found)
    else:
        output.table([(name, value) for name, value in found.items() if value])


def release(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="RELEASE", show_default=False)],
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Publish a release as one of GitHub's.

    \b
      mlvc github release fraud@v1.2.0 --dry-run      print the notes

    Its notes tell metrics, verdict, changes since the previous one, and digests. One that is there
    gets its notes anew. Outputs: release, url.
    """
    from mlvc.github.api import Api
    from mlvc.github.releasing import notes, publish
    from mlvc.ops.listing import show

    project, runner = context.obj.project(), Runner.of(os.environ)
    if dry_run:
        text = notes(project, show(project, name).release)
        output.document("github-notes", {"body": text}) if json else print(text)
        return
    done = publish(Api.of(runner), project, name)
    runner.put({"release": done.release, "url": done.url})
    runner.summarise(f"Published [{done.release}]({done.url})")
    if json:
        output.document("github-release", output.plain(done))
    else:
        print(f"{'Published' if done.fresh else 'Wrote anew'} {done.release}: {done.url}")


def answer(
    context: typer.Context,
    environment: Annotated[str, typer.Argument(metavar="ENV", show_default=False)],
    how: Annotated[str, typer.Option(metavar="HOW", help="pull-request or push.")],
    model: Model = None,
    json: Json = False,
) -> None:
    """Go back from a release that fails its gates.

    With `pull-request` the rollback is pushed as a branch and proposed, once for each release;
    with `push` it is performed, put into the environment and pushed. The target is the last good
    release. HEAD must have what the environment has: a branch that has moved on is not rewound.
    """
    from mlvc.github import answering
    from mlvc.github.api import Api

    answering.check_how(how)
    project, runner = context.obj.project(), Runner.of(os.environ)
    way = answering.planned(project, environment, runner.page, model)
    if how == "push":
        done = answering.put_back(project, way)
    else:
        # Not $GITHUB_REF_NAME: by hand it is started from any branch.
        base = (project.repo.branch or runner.need("REF_NAME")).removeprefix("refs/heads/")
        done = answering.propose(Api.of(runner), project, way.plan, base)
    verb = "Rolled back" if how == "push" else "Proposed" if done.commit else "Proposed before"
    said = f"{verb}: {done.origin} → {done.target} {done.url}".rstrip()
    runner.summarise(said)
    output.document("github-answer", output.plain(done)) if json else print(said)


def summary(
    title: Annotated[str, typer.Argument(metavar="TITLE", show_default=False)],
) -> None:
    """Pass stdin on, and add it to the step's summary.

    \b
      mlvc rollback --dry-run | mlvc github summary 'What would change'
    """
    from mlvc.domain.markdown import fenced, quiet

    text = sys.stdin.read()
    print(text, end="")
    Runner.of(os.environ).summarise(f"### {quiet(title)}\n\n{fenced(text)}")
