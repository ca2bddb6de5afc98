"""Options that several verbs have."""

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON; errors too.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", "-n", help="Show what would happen; do nothing.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Agree to what would be asked.")]
Model = Annotated[
    str | None,
    typer.Option("--model", "-m", metavar="MODEL", help="Which model, where there are several."),
]


def verb_app() -> typer.Typer:
    """The Typer application of one verb."""
    return typer.Typer(
        add_completion=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
