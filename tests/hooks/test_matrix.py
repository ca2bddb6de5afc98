"""Real git commands under hooks of several kinds: nothing is lost, nothing runs in circles."""

from pathlib import Path

import pytest

from tests.hooks.matrix import Setup, make
from tests.project import Project, run

OLD, NEW = "49.500000", "99.000000"  # what the two releases predict yes from
KINDS = ["existing", "hooksPath", "framework", "worktree"]


def model(place: Project) -> str:
    return place.read("model.bin").split()[1]


def said(place: Project, *args: str) -> str:
    """What mlvc say while git does something."""
    done = run("git", *args, cwd=place.path)
    return "".join(line for line in done.stderr.splitlines(keepends=True) if "mlvc:" in line)


def day(setup: Setup) -> dict[str, str]:
    """A day's work: after each step the model that lies there, and what mlvc said."""
    place, seen = setup.place, {}

    def step(name: str, *args: str) -> None:
        seen[name] = said(place, *args) + model(place)

    home = place.git("branch", "--show-current")
    place.write("notes.txt", "one\n")
    place.git("add", "notes.txt")
    step("commit", "commit", "-m", "Notes")
    place.write("notes.txt", "two\n")
    step("amend", "commit", "--all", "--amend", "-m", "Better notes")
    step("checkout", "checkout", "-q", "-b", "side", "model@v0.1.0")
    step("checkout of a file", "checkout", "model@v0.2.0", "--", "train.py")
    place.write("side.txt", "one\n")
    place.git("add", "side.txt")
    place.git("commit", "-m", "Aside")
    place.git("branch", "late")
    step("merge", "merge", "-q", "-m", "Both", home)
    place.git("switch", "-q", "late")
    step("rebase", "rebase", "-q", home)
    place.git("bisect", "start", "-q", "HEAD", "model@v0.1.0^{commit}")
    step("bisect", "bisect", "good")
    step("end of the bisect", "bisect", "reset")
    step("push", "push", "-q", "origin", home)
    return seen


@pytest.mark.parametrize("kind", KINDS)
def test_a_day_of_git_under_hooks(built_two_releases: Project, tmp_path: Path, kind: str) -> None:
    without, setup = (make(kind, built_two_releases, tmp_path / n) for n in ("without", "with"))
    if kind == "framework":
        setup.use_framework()
    else:
        before = setup.hooks()
        assert setup.place.mlvc("hooks", "install").code == 0
        assert setup.place.mlvc("hooks", "install").code == 0  # is as good as once
    seen = day(setup)
    follows = "mlvc: artifacts follow HEAD: model.bin, predictions.csv\n"
    assert seen == {
        "commit": NEW,
        "amend": NEW,
        "checkout": follows + OLD,
        "checkout of a file": OLD,
        "merge": follows + NEW,
        "rebase": follows + NEW,
        "bisect": NEW,  # as it was, whatever is checked out meanwhile
        "end of the bisect": NEW,
        "push": NEW,
    }
    assert setup.place.dvc("status") == "Data and pipelines are up to date."
    # The user's own hooks were called as if mlvc were not there.
    day(without)
    assert setup.log() == without.log()
    assert setup.log()
    if kind != "framework":
        assert setup.place.mlvc("hooks", "uninstall").code == 0
        assert setup.hooks() == before
