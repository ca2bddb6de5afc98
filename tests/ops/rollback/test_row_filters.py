"""Models that Git itself keeps, behind filters and Git LFS, and their digests."""

import shutil

import pytest

from tests.ops.rollback.rows import assert_refused, assert_settled, roll_back, step
from tests.ops.rollback.test_row_inside import forge
from tests.project import Project

UNCACHED = """\
stages:
  train:
    cmd: cat in.txt > model.bin
    deps: [in.txt]
    outs:
      - model.bin: {cache: false}
artifacts:
  m: {path: model.bin}
"""
ALONE = "artifacts:\n  m: {path: model.bin}\n"
FOLDER = "artifacts:\n  m: {path: weights}\n"


def released(project: Project, *steps: dict[str, str | None]) -> Project:
    for files in steps:
        step(project, files)
        done = project.mlvc("tag")
        assert done.code == 0, done.err
    return project


KINDS: dict[str, list[dict[str, str | None]]] = {
    "cache false": [{"dvc.yaml": UNCACHED, "in.txt": "one"}, {"in.txt": "two"}],
    "git alone": [{"dvc.yaml": ALONE, "model.bin": "one"}, {"model.bin": "two"}],
    "folder": [
        {"dvc.yaml": FOLDER, "weights/a": "one", "weights/b/c": "c"},
        {"weights/a": "two", "weights/b/c": None},
    ],
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_in_git_is_checked_by_the_digest_of_its_tag(empty: Project, kind: str) -> None:
    released(empty, *KINDS[kind])
    empty.git("update-ref", "refs/tags/kept", "refs/tags/m@v0.1.0")
    forge(empty)
    done = assert_refused(empty, "v0.1.0", says=("is not what was released", "Nothing was"))
    assert done.code == 14
    empty.git("update-ref", "refs/tags/m@v0.1.0", "refs/tags/kept")
    roll_back(empty, "v0.1.0")


def filtered(project: Project) -> None:
    """A filter that turns letters by thirteen places on their way into Git and back."""
    for way in ("clean", "smudge"):
        project.git("config", f"filter.turn.{way}", "tr a-zA-Z n-za-mN-ZA-M")
    project.git("config", "filter.turn.required", "true")
    project.write(".gitattributes", "*.bin filter=turn\n")


def test_a_filter_is_applied_to_what_comes_back(empty: Project) -> None:
    filtered(empty)
    released(empty, *KINDS["git alone"])
    assert empty.git("show", "HEAD:model.bin") == "gjb"
    roll_back(empty, "v0.1.0")
    assert empty.read("model.bin") == "one"


def test_a_filter_that_fails_leaves_the_old_state(empty: Project) -> None:
    filtered(empty)
    released(empty, *KINDS["git alone"])
    empty.git("config", "filter.turn.smudge", "false")
    done = assert_refused(empty, "v0.1.0", says=("filter", "git lfs fetch"))
    assert done.code == 13
    assert empty.read("model.bin") == "two"


def test_a_model_without_the_filter_of_its_release_is_refused(empty: Project) -> None:
    filtered(empty)
    empty.git("config", "filter.turn.required", "false")
    released(empty, *KINDS["git alone"])
    for way in ("clean", "smudge"):
        empty.git("config", "--unset", f"filter.turn.{way}")
    empty.git("checkout", "HEAD", "--", "model.bin")
    done = empty.mlvc("rollback", "v0.1.0")
    assert done.code == 14 and "a filter of .gitattributes" in done.err, done.err


def test_line_ends_that_another_machine_has_do_not_refuse_a_release(empty: Project) -> None:
    empty.write(".gitattributes", "model.bin text\n")
    released(empty, {"dvc.yaml": ALONE, "model.bin": "one\n"}, {"model.bin": "two\n"})
    empty.git("config", "core.eol", "crlf")
    empty.git("config", "core.autocrlf", "true")
    (empty.path / "model.bin").unlink()
    empty.git("checkout", "--", "model.bin")
    roll_back(empty, "v0.1.0")
    assert (empty.path / "model.bin").read_bytes() == b"one\r\n"


@pytest.fixture
def large(empty: Project) -> Project:
    """Two releases of a model in Git LFS, which reads a text that is there too."""
    if shutil.which("git-lfs") is None:
        pytest.skip("git-lfs is not installed")
    empty.git("lfs", "install", "--local", "--skip-repo")
    empty.git("lfs", "track", "model.bin", "in.txt")
    return released(empty, *KINDS["cache false"])


def test_a_model_in_git_lfs_comes_back(large: Project) -> None:
    assert "oid sha256" in large.git("show", "m@v0.1.0:model.bin")
    roll_back(large, "v0.1.0")
    assert large.read("model.bin") == large.read("in.txt") == "one"
    assert_settled(large)


def test_what_git_lfs_does_not_have_leaves_the_old_state(large: Project) -> None:
    shutil.rmtree(large.path / ".git/lfs/objects")
    done = assert_refused(large, "v0.1.0", says=("git lfs fetch", "model.bin"))
    assert done.code == 13


def test_without_git_lfs_a_pointer_never_becomes_the_model(large: Project) -> None:
    large.git("config", "--remove-section", "filter.lfs")
    large.git("update-index", "--refresh", check=False)
    done = large.mlvc("rollback", "v0.1.0", "--force")
    assert done.code == 13 and "git lfs install" in done.err, done.err
    assert large.read("model.bin") == "two"
