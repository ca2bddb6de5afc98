"""Objects asked for from one git process that stays."""

import gc
import os
import subprocess
from pathlib import Path

import pytest

from mlvc.errors import MlvcError
from mlvc.registry.git import Git
from mlvc.registry.trees import named, try_objects
from tests.project import Project


def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that are started from now on."""
    made: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def kept(*args: object, **options: object) -> subprocess.Popen[bytes]:
        made.append(popen(*args, **options))  # type: ignore[call-overload]
        return made[-1]

    monkeypatch.setattr(subprocess, "Popen", kept)
    return made


def test_what_moves_meanwhile_is_seen_by_the_same_process(
    plain: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    git, made = Git(plain.path), started(monkeypatch)
    before = named(git, "HEAD")
    monkeypatch.undo()
    plain.write("b", "b\n")
    after = plain.commit("Another")
    plain.git("repack", "-adq")
    plain.git("pack-refs", "--all")
    assert (named(git, "HEAD"), named(git, "HEAD^")) == (after, before)
    assert len(made) == 1


@pytest.mark.parametrize("name", ["HEAD:a blob", "HEAD:a\nb", "nothing", "x blob 2", ""])
def test_what_is_not_there_is_left_out(plain: Project, name: str) -> None:
    assert try_objects(Git(plain.path), [name, "HEAD:a.txt"]).keys() == {"HEAD:a.txt"}


def test_a_process_that_was_ended_is_started_anew(
    plain: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    git, made = Git(plain.path), started(monkeypatch)
    named(git, "HEAD")
    made[0].kill()
    made[0].wait()
    assert named(git, "HEAD:a.txt")


def test_it_ends_with_who_asked(plain: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    git, made = Git(plain.path), started(monkeypatch)
    named(git, "HEAD")
    del git
    gc.collect()
    assert made[0].returncode is not None


def test_a_fork_asks_a_process_of_its_own(plain: Project) -> None:
    git = Git(plain.path)
    head = named(git, "HEAD")
    child = os.fork()
    if child == 0:
        os._exit(0 if named(git, "HEAD") == head else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert named(git, "HEAD") == head


def test_where_git_gives_up_it_is_said_why(tmp_path: Path) -> None:
    with pytest.raises(MlvcError, match="not a git repository"):
        named(Git(tmp_path), "HEAD")


def test_more_names_than_fit_into_a_pipe_are_asked_for_as_well(plain: Project) -> None:
    names = [f"HEAD:{n:0>4000}" for n in range(20)]
    assert try_objects(Git(plain.path), [*names, "HEAD:a.txt"]).keys() == {"HEAD:a.txt"}
