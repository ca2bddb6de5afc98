"""Repositories made of a few files, and what must hold after each rollback in them."""

from collections.abc import Mapping

from mlvc.ops.project import Project as Opened
from mlvc.ops.rollback import Request, RolledBack, choose, make_plan, perform
from tests.ops.rollback.states import assert_nothing_left, visible
from tests.project import Answer, Project

Files = Mapping[str, str | None]

UP_TO_DATE = "Data and pipelines are up to date."


def step(project: Project, files: Files, *added: str) -> str:
    """Write those files (None deletes), `dvc add` some, run the pipeline and commit."""
    for path, text in files.items():
        if text is None:
            (project.path / path).unlink()
        else:
            project.write(path, text)
    if added:
        project.dvc("add", "--quiet", *added)
    project.dvc("repro", "--quiet", "--all-pipelines")
    return project.commit(", ".join(files))


def edit(project: Project, path: str, old: str, new: str) -> str:
    """The text of a file with a part of it, there once, replaced."""
    text = project.read(path)
    assert text.count(old) == 1, f"{old!r} is not once in {path}"
    return text.replace(old, new)


def roll_back(project: Project, target: str, *args: str) -> Answer:
    """A rollback that succeeds and leaves all in order."""
    done = project.mlvc("rollback", target, *args)
    assert done.code == 0, done.out + done.err
    assert "would run" not in done.out, done.out
    assert_sound(project)
    return done


def performed(project: Project, target: str) -> RolledBack:
    """A rollback in this process."""
    opened = Opened.find(project.path)
    return perform(opened, make_plan(opened, request := Request(target), choose(opened, request)))


def assert_sound(project: Project) -> None:
    """Git is clean and whole, and no transaction has left anything."""
    assert project.git("fsck", "--strict", "--no-dangling") == ""
    assert project.git("status", "--porcelain") == ""
    assert_nothing_left(project)


def assert_settled(project: Project, *stages: str) -> None:
    """`dvc status` is clean and `dvc repro` has nothing to do, for all stages or for some."""
    before = visible(project)
    status = project.dvc("status", *stages)
    assert status == UP_TO_DATE, status
    repro = project.dvc("repro", *(stages or ["--all-pipelines"]))
    assert "Running stage" not in repro and "skipping run" not in repro, repro
    assert repro.endswith(UP_TO_DATE), repro
    assert visible(project) == before
    assert project.git("status", "--porcelain") == ""


def assert_refused(project: Project, target: str, *args: str, says: tuple[str, ...]) -> Answer:
    """A rollback that refuses in these words, and changes nothing."""
    head, before = project.git("rev-parse", "HEAD"), visible(project)
    done = project.mlvc("rollback", target, *args)
    assert done.code not in (0, 2, 70), done.out + done.err
    assert all(word in done.err for word in says), done.err
    assert project.git("rev-parse", "HEAD") == head
    assert visible(project) == before
    assert_sound(project)
    return done
