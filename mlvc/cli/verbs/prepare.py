"""`mlvc prepare`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from mlvc.cli import output
from mlvc.cli.options import Json, Model, Verify, Yes, apply_verify, verb_app
from mlvc.errors import Exit, MlvcError

if TYPE_CHECKING:
    from mlvc.ops.preparing import Prepared
    from mlvc.ops.project import Project

app = verb_app()


@app.command()
def prepare(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[RELEASE]...", show_default=False)
    ] = None,
    drop: Annotated[
        bool, typer.Option("--drop", help="Give back what is prepared: for these releases or all.")
    ] = False,
    model: Model = None,
    verify: Verify = "changed",
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Keep releases ready beside the live one: going back is then one rename, whatever the size.

    \b
      mlvc prepare                 the release that `mlvc rollback` would choose
      mlvc prepare v1.2.0 v1.1.0   these
      mlvc prepare --drop          none any more, nor what rollbacks left

    Where cache.type links objects, it takes no room; where it copies, it asks first. `prepare: 2`
    below `mlvc:` in params.yaml does this after every `mlvc tag`, for the two releases before.
    """
    if drop and verify != "changed":
        raise MlvcError("--drop verifies nothing", "Leave --verify out.", Exit.USAGE)
    project = context.obj.project()
    apply_verify(project, verify)
    if drop:
        _drop(project, names or [], model, json=json)
    else:
        _prepare(context, project, names or [], model, yes=yes, json=json)


def _drop(project: "Project", names: list[str], model: str | None, *, json: bool) -> None:
    from mlvc.ops.preparing import drop

    done = drop(project, names, model)
    if json:
        output.document("prepare", {"prepared": {}, "dropped": done.releases, "spares": done.spares,
                                    "notes": []})  # fmt: skip
        return
    gone = ", ".join(done.releases)
    if gone or not done.spares:
        print(f"Not ready any more: {gone}" if gone else "Nothing was prepared.")
    if done.spares:
        print("Given back: what rollbacks had kept for the way back")


def _prepare(
    context: Any, project: "Project", names: list[str], model: str | None, *, yes: bool, json: bool
) -> None:
    from mlvc.ops.preparing import prepare, wanted

    plan = wanted(project, names, model)
    if plan.size and not yes:
        context.obj.agree(
            f"objects are copied here, so this takes {output.size(plan.size)} of disk",
            "go on?",
            "Say `--yes`, or let objects be linked: `dvc config cache.type hardlink,copy`.",
        )
    done = prepare(project, plan)
    if json:
        content = {"prepared": done.releases, "dropped": [], "spares": 0, "notes": done.notes}
        output.document("prepare", content)
        return
    show(done)


def show(done: "Prepared") -> None:
    """Print what is ready now."""
    for name, made in done.releases.items():
        print(f"Ready: {output.paint(name, 'bold')}  {', '.join(made) or 'as it was already'}")
    for note in done.notes:
        print(f"  note: {note}")
