"""`mlvc list`."""

import gc
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from mlvc.cli import output
from mlvc.cli.columns import cells, columns, heads, standing
from mlvc.cli.options import Json, verb_app
from mlvc.cli.tables import refuse_several
from mlvc.domain.wording import counted
from mlvc.workspace.confine import shown as readable

if TYPE_CHECKING:
    from mlvc.ops.listing import Row
    from mlvc.ops.project import Project

app = verb_app()


@app.command("list")
def list_(
    context: typer.Context,
    model: Annotated[str | None, typer.Argument(metavar="[MODEL]", show_default=False)] = None,
    versions: Annotated[
        str | None, typer.Option("--range", metavar="RANGE", help="Versions, such as '>=1.2,<2'.")
    ] = None,
    env: Annotated[
        list[str] | None, typer.Option(metavar="ENV", help="In use there. Repeatable: any of them.")
    ] = None,
    label: Annotated[
        list[str] | None,
        typer.Option(metavar="LABEL", help="Of the model, in dvc.yaml. Repeatable: all of them."),
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(metavar="BOUND", help="Such as 'f1>0.4'. Repeatable: all of them."),
    ] = None,
    search: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="In the release's message or the model's description."),
    ] = None,
    sort: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="version, date or a metric; -KEY for the other way."),
    ] = None,
    chosen_columns: Annotated[
        str | None,
        typer.Option(
            "--columns", metavar="NAMES", help="Such as version,date,f1; a wrong one names all."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Show the releases, lowest version first: which is current, which is withdrawn.

    \b
      mlvc list
      mlvc list fraud --json
      mlvc list --env production
      mlvc list --range '>=1.2,<2' --metric 'f1>0.4' --sort -f1
      mlvc list --columns version,date,environments,f1,labels,message
    """
    refuse_several(json=json, columns=chosen_columns is not None)
    gc.disable()  # among 100,000 rows it looks for garbage again and again, and finds none
    project = context.obj.project_with_tags()
    from mlvc.ops.contents import with_objects
    from mlvc.ops.finding import Sought, about, find
    from mlvc.ops.listing import list_releases

    found = list_releases(project, model)
    sought = Sought(
        versions, tuple(env or ()), tuple(label or ()), tuple(metric or ()), search, sort
    )
    chosen = find(project, found.rows, sought)
    if json:
        releases = with_objects(project, (row.release for row in chosen))
        rows = [
            {**output.plain(release), "name": release.name, "current": row.current,
             "withdrawn": row.withdrawn, "reachable": row.reachable,
             "environments": row.environments}
            for row, release in zip(chosen, releases, strict=True)
        ]  # fmt: skip
        output.document("list", {"releases": rows, "unreleased": found.unreleased,
                                 "problems": found.problems})  # fmt: skip
        return
    if chosen_columns is not None:
        names = columns(chosen_columns, found.rows)
        output.table(cells(names, chosen, about(project)), heads(names))
    else:
        titles, columned = zip(*_columns(chosen, sought.shown), strict=True)
        output.side_by_side(columned, titles)
    if found.rows and not chosen:
        context.obj.say(f"none of {counted(len(found.rows), 'release')} has all of that")
    for name in found.unreleased if sought == Sought() else ():
        context.obj.say(f"{name}: HEAD is no release (`mlvc tag` makes it one)")
    if not found.rows and not found.unreleased:
        _say_none(context, project)
    context.obj.warn(project)


def _say_none(context: typer.Context, project: "Project") -> None:
    """That there is nothing, or nothing yet."""
    from mlvc.ops.declared import uncommitted_models

    found = sorted(uncommitted_models(project).items())
    for model, file in found:
        context.obj.say(f"{model}: declared in the workspace, but {file} is not committed")
    if not found:
        context.obj.say("no releases, and no model is declared here: see `mlvc init --help`")


def _columns(
    rows: Sequence["Row"], metrics: tuple[str, ...]
) -> Iterator[tuple[str, Sequence[str]]]:
    """What is shown of releases where nobody says which columns, each below its head."""
    tags = [row.tag for row in rows]
    told = [tag.summary() for tag in tags]
    values = [tag.release.metrics for tag in tags] if metrics else []
    yield "RELEASE", [tag.name for tag in tags]
    if any(map(standing, reversed(rows))):  # the current one is among the last
        yield "", list(map(standing, rows))
    yield "VERDICT", [verdict for verdict, _ in told]
    for name in metrics:
        yield name.upper(), [output.number(value.get(name)) for value in values]
    yield "COMMIT", [tag.commit[:10] for tag in tags]
    yield "TAGGED (UTC)", [output.moment(tag.tagged_at) for tag in tags]
    yield "MESSAGE", [readable(said) for _, said in told]
