"""Options that several verbs have."""

from typing import TYPE_CHECKING, Annotated

import typer

from mlvc.errors import Exit, MlvcError

if TYPE_CHECKING:
    from mlvc.ops.project import Project

_VERIFY = ("changed", "full")
Json = Annotated[bool, typer.Option("--json", help="Print JSON; errors too.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", "-n", help="Show what would happen; do nothing.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Agree to what would be asked.")]
Model = Annotated[
    str | None,
    typer.Option("--model", "-m", metavar="MODEL", help="Which model, where there are several."),
]
GitRemote = Annotated[
    str | None,
    typer.Option(metavar="GITREMOTE", help="Default: the one that the branch follows, or origin."),
]
Repo = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Of the Git repository there; it is not cloned."),
]
Verify = Annotated[
    str,
    typer.Option(
        metavar="HOW",
        help="changed: read what changed since it was proven; full: read everything anew.",
    ),
]


def apply_verify(project: "Project", verify: str) -> None:
    """Believe what `--verify` says is to be believed; raises `MlvcError` (USAGE)."""
    if verify not in _VERIFY:
        raise MlvcError(
            f"{verify!r} is no way to verify", f"One of {', '.join(_VERIFY)}.", Exit.USAGE
        )
    if verify == "full":
        project.memo.forget()


def verb_app() -> typer.Typer:
    """The Typer application of one verb."""
    return typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
