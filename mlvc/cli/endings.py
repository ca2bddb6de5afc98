"""What a run that did not end well says, and the exit code it leaves with."""

import atexit
import os
import sys
import threading
from typing import NoReturn

import typer

from mlvc.cli import output
from mlvc.domain.remedy import remedy
from mlvc.errors import Exit, MlvcError


def _reason(error: OSError) -> str:
    if error.strerror is None and error.args and isinstance(error.args[0], list):
        _, target, reason = error.args[0][0]  # shutil's, of a whole folder: the first will do
        return f"{target}: {reason}"
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}"


def unexpected(error: Exception, *, as_json: bool, verbose: bool) -> int:
    """Tell an error that is not mlvc's own: of usage, of the system, or a bug; its exit code."""
    usage = getattr(error, "exit_code", None)
    if usage is not None and hasattr(error, "format_message"):
        context = getattr(error, "ctx", None)
        said = error.format_message()
        if type(error).__name__ == "NoArgsIsHelpError":
            typer.echo(said)
            return Exit.USAGE
        hint = f"See `{context.command_path} --help`." if context else "See `mlvc --help`."
        return failed(MlvcError(said, hint, Exit.USAGE), as_json=as_json)
    if isinstance(error, OSError):
        said = _reason(error)
        then = remedy(said) or "Mend the cause"
        sure = "Nothing is half done; `mlvc recover` makes sure."
        refusal = MlvcError(said, f"{then}, then run again. {sure}")
        refusal.__cause__ = error
        return failed(refusal, as_json=as_json, verbose=verbose)
    bug = MlvcError(
        f"this is a bug in mlvc: {type(error).__name__}: {error}",
        "Run again with `mlvc -v …` for the traceback, and report it.",
        Exit.BUG,
    )
    bug.__cause__ = error
    return failed(bug, as_json=as_json, verbose=verbose)


def failed(error: MlvcError, *, as_json: bool, verbose: bool = False) -> int:
    """Tell an error; its exit code."""
    output.error(error, as_json=as_json)
    if verbose:
        import traceback

        traceback.print_exception(error)
    return error.code


def leave(code: int) -> NoReturn:
    """End the process with an exit code.

    Python takes every object apart first, which may be a tenth of a command's time, and the kernel
    does without. It is left out where nothing but mlvc was at work: others have ends of their own.
    """
    if "dvc" not in sys.modules and threading.active_count() == 1:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except (OSError, ValueError):
            sys.exit(code)  # of streams that cannot be written to, Python tells itself
        atexit._run_exitfuncs()  # noqa: SLF001 - what `sys.exit` would come to
        os._exit(code)
    sys.exit(code)
