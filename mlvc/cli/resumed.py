"""What a verb says of an earlier one that was interrupted."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from mlvc.cli import output

if TYPE_CHECKING:
    from mlvc.ops.project import Project
    from mlvc.ops.recover import Recovered


def tell(say: Callable[[str], object], found: "Recovered") -> None:
    """Say how it ended, and where bytes of the user's are that were in its way."""
    if found.outcome == "nothing":
        return
    verb = "Finished" if found.outcome == "finished" else "Undid"
    say(f"{verb} the interrupted {found.request} {found.what}.")
    for path in found.saved:
        say(f"kept what was in the way: {path}")


def is_finished(
    context: typer.Context, project: "Project", target: str | None, *, json: bool
) -> bool:
    """Whether an interrupted rollback, now finished, was all that was asked for.

    Asked again without a name, a rollback must not go back a second time.
    """
    from mlvc.ops.recover import resume

    found = resume(project)
    tell(context.obj.say, found)
    other = target is not None or found.request != "rollback to"
    if found.outcome != "finished" or other:
        return False
    context.obj.say("Run again to go back further.")
    if json:
        output.document("recover", output.plain(found))
    return True
