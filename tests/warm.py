"""Python programs run in forks of one process that has loaded what they build on.

Loading DVC takes longer than nearly all that a test has `dvc` or `mlvc` do. Each run is a process
of its own all the same, that begins at the program's `__main__` as `python -I -m` does; and nothing
of mlvc is loaded before it.
"""

import atexit
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import NoReturn

Ended = subprocess.CompletedProcess[str]

_LOADED = """\
configobj dulwich.ignore dulwich.index dulwich.worktree dvc._debug dvc.cachemgr dvc.cli.parser
dvc.daemon dvc.data_cloud dvc.dirs dvc.lock dvc.repo.artifacts dvc.repo.brancher dvc.repo.datasets
dvc.repo.experiments.serialize dvc.repo.graph dvc.repo.index dvc.repo.init dvc.repo.metrics.show
dvc.repo.open_repo dvc.repo.params.show dvc.repo.plots dvc.repo.stage dvc.repo.trie
dvc.repo.worktree dvc.rwlock dvc.scm dvc.stage.cache dvc.utils.strictyaml dvc_data.fs
dvc_data.hashfile._progress dvc_data.hashfile.db.index dvc_data.hashfile.db.local
dvc_data.hashfile.gc dvc_data.hashfile.status dvc_data.index.checkout dvc_data.index.collect
dvc_data.index.fetch dvc_data.index.push dvc_studio_client.model_registry
fsspec.implementations.memory git gto.ui networkx pydantic.main pydantic.types rich.live
rich.status rich.table ruamel.yaml scmrepo.fs scmrepo.git.backend.pygit2 scmrepo.git.lfs semver
typer yaml
"""
# Where a program runs in a fork, what pytest says of its test and a shell of its folder may differ;
# and nothing is measured, since coverage begins with a process. The last three are set by
# scikit-learn and gcsfs where they are imported, as in some tests.
_NO_MATTER = {"PYTEST_CURRENT_TEST", "PWD", "OLDPWD", "COVERAGE_PROCESS_CONFIG", "KMP_INIT_AT_FORK",
              "KMP_DUPLICATE_LIB_OK", "GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT"}  # fmt: skip
_LONGEST = 100_000  # bytes of an order


class Server:
    """The process that is forked; it is started when it is needed first."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = _told(env)

    def fits(self, env: Mapping[str, str]) -> bool:
        """Whether a program with this environment may run in a fork, which has the server's."""
        return _told(env) == self._env and not env.get("COVERAGE_PROCESS_CONFIG")

    def run(self, *args: str, cwd: Path, seconds: int) -> Ended:
        """Run a module with arguments to its end, with no input; what takes longer is killed."""
        mine, its = _pair()
        with mine, tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            with its:
                order = json.dumps([args, str(cwd)]).encode()
                streams = [stream.fileno() for stream in (its, out, err)]
                socket.send_fds(self._link, [order], streams)
            mine.settimeout(seconds)
            pid, code = int(mine.recv(16)), None
            try:
                code = int(mine.recv(16))
            finally:
                if code is None:
                    os.kill(pid, signal.SIGKILL)
            out.seek(0)
            err.seek(0)
            return Ended(args, code, out.read(), err.read())

    def close(self) -> None:
        """End the server, if it was needed."""
        if "_link" in vars(self):
            self._link.close()
            self._process.kill()
            self._process.wait()

    @cached_property
    def _link(self) -> socket.socket:
        mine, its = _pair()
        with its:
            command = (sys.executable, "-I", __file__, str(its.fileno()))
            self._process = subprocess.Popen(
                command, env=self._env, stdin=subprocess.DEVNULL, pass_fds=[its.fileno()]
            )
        return mine


def _told(env: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if name not in _NO_MATTER}


def _pair() -> tuple[socket.socket, socket.socket]:
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def serve(link: socket.socket) -> list[str]:
    """Fork for each order; returns in the fork, with the module to run and its arguments."""
    children = set[int]()
    while True:
        order, files, _, _ = socket.recv_fds(link, _LONGEST, 3)
        children -= {child for child in children if os.waitpid(child, os.WNOHANG)[0]}
        if not order:
            os._exit(0)
        if not (child := os.fork()):
            link.close()
            return _begun(json.loads(order), *files)
        children.add(child)
        for file in files:
            os.close(file)


def _begun(order: tuple[list[str], str], answer: int, *streams: int) -> list[str]:
    """Fork once more: the first fork tells the other's id, waits for it, and tells its end."""
    if pid := os.fork():
        os.write(answer, str(pid).encode())
        _, status = os.waitpid(pid, 0)
        os.write(answer, str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)
    os.close(answer)
    for number, stream in enumerate(streams, start=1):
        os.dup2(stream, number)
        os.close(stream)
    args, cwd = order
    os.chdir(cwd)
    return args


def _run(module: str, *args: str) -> NoReturn:
    """Be that module, and end as Python does, but for the memory: to free it takes a third more."""
    code: int | str | None = 0
    sys.argv[1:] = args
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - nothing else would print it
        traceback.print_exc()
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]  # as at the end of Python: waits for threads
    atexit._run_exitfuncs()
    if isinstance(code, str):
        sys.stderr.write(f"{code}\n")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else bool(code))


def main() -> None:
    """Load, then serve; each fork runs its module from here, so that nothing is left around it."""
    for name in _LOADED.split():
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    _run(*serve(socket.socket(fileno=int(sys.argv[1]))))


if __name__ == "__main__":
    main()
