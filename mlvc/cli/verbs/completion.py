"""`mlvc completion`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from mlvc.cli.options import Json, verb_app
from mlvc.errors import Exit, MlvcError

app = verb_app()
_SHELLS = ("bash", "zsh", "fish")


@app.command()
def completion(
    shell: Annotated[
        str | None, typer.Argument(metavar="[bash | zsh | fish]", show_default=False)
    ] = None,
    json: Json = False,
) -> None:
    """Print the completion script of a shell; by default of yours.

    \b
      eval "$(mlvc completion bash)"              in ~/.bashrc
      mlvc completion fish > ~/.config/fish/completions/mlvc.fish
    """
    from typer._completion_shared import get_completion_script

    from mlvc.cli import output

    name = shell or Path(os.environ.get("SHELL", "bash")).name
    if name not in _SHELLS:
        raise MlvcError(f"no completion for {name!r}", f"One of {', '.join(_SHELLS)}.", Exit.USAGE)
    script = get_completion_script(prog_name="mlvc", complete_var="_MLVC_COMPLETE", shell=name)
    if json:
        output.document("completion", {"shell": name, "script": script})
    else:
        print(script)
