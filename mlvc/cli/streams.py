"""The three streams of a process, made fit for whatever is to be read and written."""

import os
import sys
from io import TextIOWrapper

_NAMES = ("stdin", "stdout", "stderr")


def prepare() -> None:
    """Open those that are closed, on nothing, and let none fail over a character.

    As Git has it: else the next file that is opened has the number of a stream, and what a process
    of ours says goes into it. A path or a tag need not be UTF-8, nor the terminal able to show all
    that is.
    """
    for number, name in enumerate(_NAMES):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
            os.set_inheritable(number, True)
            setattr(sys, name, os.fdopen(number, "w" if number else "r", closefd=False))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
