"""What runs in a fork of a loaded process is what a new process would be."""

from pathlib import Path

import pytest

from tests.project import PYTHON, Project, run, run_module
from tests.warm import Server

DIES = "import os; os.kill(os.getpid(), 9)"
LEAVES = "import atexit, sys; atexit.register(print, 'goodbye', flush=True); sys.exit('cannot')"
SAYS = "import os, sys; print(os.getcwd(), sys.argv[1:], sys.flags.isolated, sys.stdin.read())"


@pytest.mark.parametrize(
    "args",
    [
        ("mlvc", "-C", "project", "list"),
        ("mlvc", "--no-such-option"),
        ("dvc", "status"),
        ("dvc", "--cd", "project", "status"),
        *[("timeit", "-n1", "-r1", "-s", code) for code in (DIES, LEAVES, SAYS, "1 / 0")],
    ],
)
def test_a_fork_prints_and_ends_as_a_new_process_does(
    project: Project, args: tuple[str, ...]
) -> None:
    new = run(PYTHON, "-I", "-m", *args, cwd=project.path.parent, check=False)
    fork = run_module(*args, cwd=project.path.parent, check=False)
    for one in (new, fork):
        one.stdout = one.stdout.partition("1 loop")[0]  # then timeit says how long it took
    assert (fork.returncode, fork.stdout, fork.stderr) == (new.returncode, new.stdout, new.stderr)


def test_a_fork_has_loaded_nothing_of_mlvc(tmp_path: Path) -> None:
    code = "import sys; print([name for name in sys.modules if name.startswith('mlvc')])"
    said = run_module("timeit", "-n1", "-r1", "-s", code, cwd=tmp_path).stdout
    assert said.startswith("[]\n")


def test_a_program_with_another_environment_is_a_new_process() -> None:
    env = {"HOME": "/home/ada", "PATH": "/usr/bin"}
    server = Server(env)
    assert server.fits({**env, "PYTEST_CURRENT_TEST": "this one"})
    for other in ({"PATH": "/bin"}, {"GIT_DIR": "x"}, {"COVERAGE_PROCESS_CONFIG": "measure"}):
        assert not server.fits({**env, **other})
    assert not server.fits({"HOME": "/home/ada"})
