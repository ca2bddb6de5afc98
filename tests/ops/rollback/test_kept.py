"""The old tree is kept for the way back, and believed only as far as it proves right."""

import os
from pathlib import Path

import pytest

from mlvc.artifacts.objects import Cache
from mlvc.ops.project import Project as Opened
from mlvc.ops.rollback import Request, choose, make_plan, perform, preflight
from tests.ops.rollback.rows import assert_settled, roll_back, step
from tests.project import Project

YAML = """\
stages:
  train:
    cmd: >-
      mkdir -p model/sub && cp in.txt model/a && cp in.txt model/sub/c && echo same > model/b
      && for more in d e f g; do echo $more > model/$more; done
    deps: [in.txt]
    outs: [model]
artifacts:
  m: {path: model}
"""


def made(empty: Project, kind: str) -> Project:
    empty.dvc("config", "cache.type", kind)
    step(empty, {"dvc.yaml": YAML, "in.txt": "one\n"})
    empty.mlvc("tag", "1.0.0")
    step(empty, {"in.txt": "two\n"})
    empty.mlvc("tag", "2.0.0")
    return empty


def with_spare(empty: Project) -> tuple[Project, Path]:
    """At 2.0.0, with 1.0.0 before it and the tree of 3.0.0 spare."""
    project = made(empty, "hardlink")
    step(project, {"in.txt": "three\n"})
    project.mlvc("tag", "3.0.0")
    roll_back(project, "2.0.0")
    (spare,) = kept(project)
    return project, spare


def kept(project: Project) -> list[Path]:
    return sorted((project.path / ".dvc/tmp/mlvc/kept").glob("*/*"))


def test_the_old_tree_is_kept_and_swapped_in_again(empty: Project) -> None:
    project = made(empty, "hardlink")
    inode = (project.path / "model").stat().st_ino
    roll_back(project, "1.0.0")
    (spare,) = kept(project)
    assert spare.stat().st_ino == inode
    roll_back(project, "2.0.0")
    assert (project.path / "model").stat().st_ino == inode
    assert project.read("model/a") == "two\n"
    assert_settled(project)


def test_no_copy_is_kept_that_nobody_asked_for(empty: Project) -> None:
    project = made(empty, "copy")
    roll_back(project, "1.0.0")
    assert kept(project) == []


@pytest.mark.parametrize("damage", ["changed", "more", "less"])
def test_a_kept_tree_that_was_touched_does_not_go_live(empty: Project, damage: str) -> None:
    project = made(empty, "hardlink")
    roll_back(project, "1.0.0")
    (spare,) = kept(project)
    if damage == "changed":
        (spare / "a").unlink()
        (spare / "a").write_text("evil\n")
    elif damage == "more":
        (spare / "evil").touch()
    else:
        (spare / "b").unlink()
    roll_back(project, "2.0.0")
    assert project.read("model/a") == "two\n"
    assert sorted(p.name for p in (project.path / "model").iterdir()) == [*"abdefg", "sub"]
    assert_settled(project)


def test_the_spare_tree_takes_only_what_differs(empty: Project) -> None:
    project, spare = with_spare(empty)
    inode = spare.stat().st_ino
    roll_back(project, "1.0.0")
    assert (project.path / "model").stat().st_ino == inode
    assert project.read("model/a") == "one\n"
    assert_settled(project)


def test_a_spare_tree_of_which_little_is_wanted_is_not_even_looked_at(
    empty: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, spare = with_spare(empty)
    monkeypatch.setattr(Cache, "alike", lambda *_: False)
    monkeypatch.setattr(preflight, "census", None)
    inode, opened = spare.stat().st_ino, Opened.find(project.path)
    perform(opened, make_plan(opened, request := Request("1.0.0"), choose(opened, request)))
    assert project.read("model/a") == "one\n"
    assert (project.path / "model").stat().st_ino != inode


def test_a_spare_tree_whose_manifest_was_collected_is_not_in_the_way(empty: Project) -> None:
    project, spare = with_spare(empty)
    name = spare.name.partition("=")[2]
    (project.path / ".dvc/cache/files/md5" / name[:2] / name[2:]).unlink()
    roll_back(project, "1.0.0")
    assert project.read("model/a") == "one\n"
    assert_settled(project)


@pytest.mark.parametrize("content", ["three\n", "same\n"])
def test_files_that_share_an_object_do_not_spoil_the_spare_tree(
    empty: Project, content: str
) -> None:
    project = made(empty, "hardlink")
    step(project, {"in.txt": content})
    project.mlvc("tag", "3.0.0")
    for target in ("1.0.0", "3.0.0", "2.0.0", "1.0.0", "3.0.0"):
        spares = {spare.stat().st_ino for spare in kept(project)}
        roll_back(project, target)
        assert not spares or (project.path / "model").stat().st_ino in spares
    assert project.read("model/a") == project.read("model/sub/c") == content
    assert_settled(project)


@pytest.mark.parametrize("damage", ["kept", "gone", "more", "less", "folder"])
def test_a_spare_tree_that_was_touched_takes_no_differences(
    empty: Project, tmp_path: Path, damage: str
) -> None:
    project, spare = with_spare(empty)
    (tmp_path / "c").write_text("not mlvc's\n")
    if damage in ("kept", "gone"):
        file = spare / {"kept": "b", "gone": "a"}[damage]
        file.unlink()
        file.write_text("evil\n")
    elif damage == "more":
        (spare / "evil").touch()
    else:
        (spare / "sub" / "c").unlink()
    if damage == "folder":
        (spare / "sub").rmdir()
        (spare / "sub").symlink_to(tmp_path)
    roll_back(project, "1.0.0")
    assert (tmp_path / "c").read_text() == "not mlvc's\n"
    assert sorted(p.name for p in (project.path / "model").iterdir()) == [*"abdefg", "sub"]
    assert [project.read(f"model/{name}") for name in ("a", "sub/c", "b")] == [
        "one\n",
        "one\n",
        "same\n",
    ]
    assert_settled(project)


def test_an_object_whose_times_were_set_back_is_not_believed(empty: Project) -> None:
    project = made(empty, "copy")
    roll_back(project, "1.0.0")
    roll_back(project, "2.0.0")
    objects = (project.path / ".dvc/cache/files/md5").glob("*/*")
    (file,) = [o for o in objects if o.read_bytes() == b"one\n"]
    times = file.stat()
    file.chmod(0o644)
    file.write_bytes(b"eno\n")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    file.chmod(0o444)
    refused = project.mlvc("rollback", "1.0.0")
    assert (refused.code, project.read("model/a")) == (14, "two\n")
    assert "is corrupt" in refused.err
