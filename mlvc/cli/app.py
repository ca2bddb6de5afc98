"""The entry point: finds the verb, runs it, and turns every ending into an exit code."""

import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from mlvc import __version__
from mlvc.cli import streams
from mlvc.cli.endings import failed, leave, unexpected
from mlvc.cli.session import Session
from mlvc.cli.verbs import VERBS
from mlvc.errors import Exit, Interrupted, MlvcError
from mlvc.registry.environment import scrubbed


class _Lazy(TyperGroup):
    """Imports a verb when it is called."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - Typer's interface
        return list(VERBS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        if cmd_name not in VERBS:
            return None
        verb = import_module(f"mlvc.cli.verbs.{cmd_name}")
        command = typer.main.get_command(verb.app)
        command.name = cmd_name
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        # What "Did you mean …?" looks through; none of them is loaded for it.
        self.commands = dict.fromkeys(VERBS)  # type: ignore[assignment]
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


app = typer.Typer(
    cls=_Lazy,
    name="mlvc",
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mlvc {__version__}")
        raise typer.Exit


@app.callback()
def _mlvc(
    context: typer.Context,
    directory: Annotated[
        Path | None, typer.Option("-C", metavar="DIR", help="Work in this folder.")
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", help="Print results and errors only.")] = False,
    verbose: Annotated[bool, typer.Option("-v", help="Show what led to an error.")] = False,
    version: Annotated[  # noqa: ARG001 - asked for eagerly
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Release models, compare them fairly, and get the last good one back. Now.

    \b
      mlvc tag                    release HEAD; the version explains itself
      mlvc eval --all --with HEAD compare every release by today's evaluator
      mlvc rollback               bring the last good model back, as a new commit

    Git is the registry, DVC is the store. `mlvc VERB --help` tells more.
    """
    context.obj = Session(directory or Path(), quiet=quiet, verbose=verbose)


def main() -> None:
    """Run the command line and leave with its exit code."""
    leave(run(sys.argv[1:]))


def run(args: list[str]) -> int:
    """Run the command line; returns the exit code. Nothing is raised."""
    as_json, verbose = "--json" in args, "-v" in args
    try:
        _prepare()
        return _call(args)
    except MlvcError as error:
        return failed(error, as_json=as_json, verbose=verbose)
    except (KeyboardInterrupt, typer.Abort):
        return failed(MlvcError("interrupted", "", Exit.INTERRUPTED), as_json=as_json)
    except Interrupted as stop:
        return failed(MlvcError("terminated", "", stop.code), as_json=as_json)
    except BrokenPipeError:
        # Who read has seen enough; nothing is left for Python to flush at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.OK
    except Exception as error:  # noqa: BLE001 - the last net: no traceback reaches a user
        return unexpected(error, as_json=as_json, verbose=verbose)


def _call(args: list[str]) -> int:
    if "_MLVC_COMPLETE" in os.environ:
        # A shell asks what could come next; Typer knows no shell before this.
        from typer._completion_classes import completion_init

        completion_init()
    # Not standalone, Typer returns the code of `typer.Exit`, and None where a verb just ends.
    code = app(args, prog_name="mlvc", standalone_mode=False)
    sys.stdout.flush()
    if code == Exit.INTERRUPTED:
        raise KeyboardInterrupt
    return code or Exit.OK


def _prepare() -> None:
    if sys.platform == "win32":
        raise MlvcError("mlvc does not run on Windows", "Use it in WSL.", Exit.USAGE)
    signal.signal(signal.SIGTERM, _terminate)
    streams.prepare()
    # A hook inherits GIT_DIR and more, which would send git to another repository.
    for name in os.environ.keys() - scrubbed(os.environ).keys():
        del os.environ[name]


def _terminate(_number: int, _frame: object) -> None:
    raise Interrupted(Exit.TERMINATED)
