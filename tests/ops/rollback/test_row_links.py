"""A restored file is what `dvc checkout` would have made: its mode, its links, its target."""

import os
import shutil
from pathlib import Path

import pytest

from tests.ops.rollback.rows import roll_back, step
from tests.project import Project

YAML = """\
stages:
  train:
    cmd: sh train.sh
    deps: [train.sh, in.txt]
    outs: [model.bin, run.sh, folder]
artifacts:
  m: {path: model.bin}
"""
TRAIN = """\
mkdir -p folder/deep
cp in.txt model.bin && cp in.txt run.sh && cp in.txt folder/deep/file
: > folder/empty
chmod +x run.sh
"""
NAMES = ("model.bin", "run.sh", "folder/deep/file", "folder/empty", "folder")
TYPES = ["reflink", "copy", "hardlink", "symlink", "reflink,hardlink,copy", "reflink,symlink"]


@pytest.fixture(scope="module")
def built_linked(built_empty: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = built_empty.copy(tmp_path_factory.mktemp("linked") / "project")
    step(project, {"dvc.yaml": YAML, "train.sh": TRAIN, "in.txt": "one"})
    step(project, {"in.txt": "two"})
    return project


def seen(project: Project) -> dict[str, tuple[int, int, str]]:
    """Mode, number of links, and where a symlink leads, of every file that DVC makes."""
    found = {}
    for name in NAMES:
        path = project.path / name
        status = path.lstat()
        target = os.path.relpath(path.readlink(), project.path) if path.is_symlink() else ""
        links = 0 if path.is_dir() else status.st_nlink
        found[name] = (status.st_mode, links, target)
    return found


def objects(project: Project) -> dict[str, int]:
    cache = project.path / ".dvc/cache/files"
    return {str(p.relative_to(cache)): p.stat().st_mode for p in cache.rglob("*") if p.is_file()}


@pytest.mark.parametrize("shared", [False, True], ids=["own", "shared"])
@pytest.mark.parametrize("types", TYPES)
def test_a_restored_file_is_as_dvc_would_have_made_it(
    built_linked: Project, tmp_path: Path, types: str, shared: bool
) -> None:
    ours, theirs = (built_linked.copy(tmp_path / name / "project") for name in ("mlvc", "dvc"))
    for project in (ours, theirs):
        project.dvc("config", "--local", "cache.type", types)
        if shared:
            project.dvc("config", "--local", "cache.shared", "group")
    theirs.git("checkout", "--quiet", "HEAD~1", "--", ".")
    for name in ("model.bin", "run.sh"):
        (theirs.path / name).unlink()
    shutil.rmtree(theirs.path / "folder")
    theirs.dvc("checkout", "--quiet", check=False)
    done = ours.mlvc("rollback", "HEAD~1")
    made = all((theirs.path / name).exists() for name in NAMES)
    if not made:  # no such links on this disk: DVC leaves some files, now these, now those
        assert done.code == 1 and "cache.type" in done.err, done.err
        assert ours.read("model.bin") == "two"
        return
    assert done.code == 0, done.err
    assert seen(ours) == seen(theirs)
    assert objects(ours) == objects(theirs)


@pytest.mark.parametrize("types", ["hardlink", "symlink"])
def test_an_object_that_lost_its_protection_has_it_again(
    built_linked: Project, tmp_path: Path, types: str
) -> None:
    project = built_linked.copy(tmp_path / "project")
    project.dvc("config", "--local", "cache.type", types)
    for path in (project.path / ".dvc/cache/files").rglob("*"):
        if path.is_file():
            path.chmod(0o644)
    roll_back(project, "HEAD~1")
    for name in ("model.bin", "folder/deep/file"):
        assert not (project.path / name).stat().st_mode & 0o222
