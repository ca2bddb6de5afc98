"""The one error of mlvc and the exit codes it ends with."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of the command line; they are part of its interface."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    GATE_FAIL = 3
    GATE_INCONCLUSIVE = 4
    GATE_ERROR = 5
    NOT_A_REPOSITORY = 10
    LOCKED = 11
    DIRTY = 12
    MISSING = 13
    CORRUPT = 14
    BUG = 70
    INTERRUPTED = 130
    TERMINATED = 143


class MlvcError(Exception):
    """Something mlvc refuses to do or could not do.

    `message` says what happened and names the thing, `hint` says what to do next.
    """

    def __init__(self, message: str, hint: str = "", code: Exit = Exit.REFUSED) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.code = code


@contextmanager
def naming(path: os.PathLike[str]) -> Iterator[None]:
    """Let an `OSError` of the block say that it is about `path`: on a descriptor it has none."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


class Interrupted(BaseException):
    """A signal asked the process to end; work is undone on the way out.

    Not an `Exception`, so that nothing which handles failures swallows it.
    """

    def __init__(self, code: Exit) -> None:
        super().__init__(code.name.lower())
        self.code = code
