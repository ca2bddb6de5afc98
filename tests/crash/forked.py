"""Runs mlvc, dvc or a check in a fork of this process: as good as a new one, and much cheaper."""

import importlib
import os
import pkgutil
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

from tests.crash import ptrace, seccomp
from tests.project import Answer

Act = Callable[[], int]
FAULTS: list[Callable[[], None]] = []
"""What is done to mlvc before each run of it: the fault that is planted just now."""


def preload() -> None:
    """Import all that a verb may need, so that no fork has to."""
    import mlvc

    for module in pkgutil.walk_packages(mlvc.__path__, "mlvc."):
        if not module.name.startswith(("mlvc.pipeline", "mlvc.demo", "mlvc.__main__")):
            importlib.import_module(module.name)
    for name in ("dvc.repo", "dvc.cli", "dvc.commands.status", "git", "dvc.stage.cache"):
        importlib.import_module(name)


def verb(root: Path, *args: str) -> Act:
    """A run of mlvc in a repository."""

    def act() -> int:
        from mlvc.cli.app import run

        for plant in FAULTS:
            plant()
        sys.argv = ["mlvc", *args]
        return int(run(["-C", str(root), *args]))

    return act


def in_two(act: Act) -> Act:
    """The same with a second process for its share, however little that is."""

    def divided() -> int:
        from mlvc.workspace import beside

        beside.WORTH = 0
        beside._cores = lambda: 2
        return act()

    return divided


def dvc(root: Path, *args: str) -> Act:
    """A run of dvc in a repository."""

    def act() -> int:
        from dvc.cli import main

        os.chdir(root)
        return int(main([*args]))

    return act


def speaking_into(out: Path, err: Path, act: Act) -> Act:
    """The same with its output in files, and with nothing to read; for a child only."""

    def quiet() -> int:
        with out.open("wb") as first, err.open("wb") as second:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(first.fileno(), 1)
            os.dup2(second.fileno(), 2)
        # What pytest put in their place is not what a verb writes to.
        for number, name in ((1, "stdout"), (2, "stderr")):
            setattr(sys, name, open(number, "w", encoding="utf-8", closefd=False))  # noqa: SIM115
        try:
            return act()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()

    return quiet


def spawn(act: Act) -> int:
    """Start `act` in a fork; its process id."""
    pid = os.fork()
    if pid == 0:
        code = 98
        try:
            code = act()
        except BaseException:  # noqa: BLE001 - the end of a process
            traceback.print_exc()
        finally:
            os._exit(code)
    return pid


def silent(act: Act) -> Act:
    """The same with its output nowhere; for a child only."""
    return speaking_into(Path(os.devnull), Path(os.devnull), act)


def unsynced(act: Act) -> Act:
    """The same without waiting for a disk; for a child only."""

    def fast() -> int:
        seccomp.pretend_to_sync(ptrace.libc)
        return act()

    return fast


def ran(act: Act) -> Answer:
    """Run `act` in a fork to its end."""
    with tempfile.TemporaryDirectory(prefix="said-") as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        _, status = os.waitpid(spawn(speaking_into(out, err, unsynced(act))), 0)
        said = (out.read_text(errors="replace"), err.read_text(errors="replace"))
        return Answer(os.waitstatus_to_exitcode(status), *said)


def done(act: Act) -> str:
    """What a run that must succeed prints."""
    answer = ran(act)
    assert answer.code == 0, f"{answer.code}: {answer.out}{answer.err}"
    return answer.out
