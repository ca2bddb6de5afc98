"""The old tree is kept for the way back, and believed only as far as it proves right."""

import os
import shutil
from pathlib import Path

import pytest

from mlvc.artifacts.objects import Cache
from mlvc.ops.rollback import preflight, room
from tests.ops.rollback.rows import assert_settled, performed, roll_back, step
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


def with_spare(empty: Project, kind: str = "hardlink") -> tuple[Project, Path]:
    """At 2.0.0, with 1.0.0 before it and the tree of 3.0.0 spare."""
    project = made(empty, kind)
    step(project, {"in.txt": "three\n"})
    project.mlvc("tag", "3.0.0")
    roll_back(project, "2.0.0")
    (spare,) = kept(project)
    return project, spare


def with_useless_spare(
    empty: Project, monkeypatch: pytest.MonkeyPatch, kind: str = "hardlink"
) -> tuple[Project, Path]:
    """The same, where next to nothing of the spare tree is wanted."""
    found = with_spare(empty, kind)
    monkeypatch.setattr(Cache, "alike", lambda *_: False)
    return found


def kept(project: Project) -> list[Path]:
    return sorted((project.path / ".dvc/tmp/mlvc/kept").glob("*/*"))


def free(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Let the disk have so many bytes free."""
    usage = shutil.disk_usage("/")._replace(free=size)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)


@pytest.mark.parametrize("kind", ["hardlink", "copy"])
def test_the_old_tree_is_kept_and_swapped_in_again(empty: Project, kind: str) -> None:
    project = made(empty, kind)
    inode = (project.path / "model").stat().st_ino
    roll_back(project, "1.0.0")
    (spare,) = kept(project)
    assert spare.stat().st_ino == inode
    roll_back(project, "2.0.0")
    assert (project.path / "model").stat().st_ino == inode
    assert project.read("model/a") == "two\n"
    assert_settled(project)


def test_a_copy_is_only_kept_where_the_disk_will_not_miss_it(
    empty: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = made(empty, "copy")
    free(monkeypatch, 100_000)
    assert performed(project, "1.0.0").kept == {}
    assert kept(project) == []
    assert_settled(project)


def test_what_is_kept_as_a_copy_is_told(empty: Project) -> None:
    done = performed(made(empty, "copy"), "1.0.0")
    assert done.kept == {"model": pytest.approx(7 * 4096, rel=0.01)}


def test_a_spare_copy_goes_before_the_disk_is_full(
    empty: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, _ = with_useless_spare(empty, monkeypatch, "copy")
    free(monkeypatch, 10)
    performed(project, "1.0.0")
    assert kept(project) == []
    assert project.read("model/a") == "one\n"
    assert_settled(project)


def test_a_spare_tree_of_links_takes_no_place_that_could_be_given_back(
    empty: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, _ = with_useless_spare(empty, monkeypatch)
    monkeypatch.setattr(room, "remove", None)
    free(monkeypatch, 0)
    performed(project, "1.0.0")
    assert_settled(project)


def test_a_copy_that_was_written_to_while_it_was_kept_is_made_anew(empty: Project) -> None:
    project = made(empty, "copy")
    with (project.path / "model" / "a").open("r+") as opened:  # as a process that goes on writing
        roll_back(project, "1.0.0")
        opened.write("evil")
    roll_back(project, "2.0.0")
    assert project.read("model/a") == "two\n"
    assert_settled(project)


@pytest.mark.parametrize("kind", ["hardlink", "copy"])
@pytest.mark.parametrize("damage", ["changed", "more", "less"])
def test_a_kept_tree_that_was_touched_does_not_go_live(
    empty: Project, damage: str, kind: str
) -> None:
    project = made(empty, kind)
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


@pytest.mark.parametrize("kind", ["hardlink", "copy"])
def test_the_spare_tree_takes_only_what_differs(empty: Project, kind: str) -> None:
    project, spare = with_spare(empty, kind)
    inode = spare.stat().st_ino
    roll_back(project, "1.0.0")
    assert (project.path / "model").stat().st_ino == inode
    assert project.read("model/a") == "one\n"
    assert_settled(project)


def test_a_spare_tree_of_which_little_is_wanted_is_not_even_looked_at(
    empty: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, spare = with_useless_spare(empty, monkeypatch)
    monkeypatch.setattr(preflight, "census", None)
    inode = spare.stat().st_ino
    performed(project, "1.0.0")
    assert project.read("model/a") == "one\n"
    assert (project.path / "model").stat().st_ino != inode


def test_a_spare_tree_whose_manifest_was_collected_is_not_in_the_way(empty: Project) -> None:
    project, spare = with_spare(empty)
    name = spare.name.partition("=")[2]
    (project.path / ".dvc/cache/files/md5" / name[:2] / name[2:]).unlink()
    roll_back(project, "1.0.0")
    assert project.read("model/a") == "one\n"
    assert_settled(project)


@pytest.mark.parametrize("kind", ["hardlink", "copy"])
@pytest.mark.parametrize("content", ["three\n", "same\n"])
def test_files_that_share_an_object_do_not_spoil_the_spare_tree(
    empty: Project, content: str, kind: str
) -> None:
    project = made(empty, kind)
    step(project, {"in.txt": content})
    project.mlvc("tag", "3.0.0")
    for target in ("1.0.0", "3.0.0", "2.0.0", "1.0.0", "3.0.0"):
        spares = {spare.stat().st_ino for spare in kept(project)}
        roll_back(project, target)
        assert not spares or (project.path / "model").stat().st_ino in spares
    assert project.read("model/a") == project.read("model/sub/c") == content
    assert_settled(project)


@pytest.mark.parametrize("kind", ["hardlink", "copy"])
@pytest.mark.parametrize("damage", ["kept", "gone", "more", "less", "folder"])
def test_a_spare_tree_that_was_touched_takes_no_differences(
    empty: Project, tmp_path: Path, damage: str, kind: str
) -> None:
    project, spare = with_spare(empty, kind)
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
    project.mlvc("prepare", "--drop")
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
