"""A worktree's own configuration never counts, and the user's has no secrets in it."""

from pathlib import Path

import pytest
from dvc.config import Config

from mlvc.artifacts.isolation import isolate
from mlvc.artifacts.store import Store
from mlvc.workspace.memo import Memo
from tests.project import Project


def seen(worktree: Path) -> Config:
    """What DVC reads there."""
    return Config(str(worktree / ".dvc"), validate=True)


@pytest.mark.parametrize("was", ["folder", "link", "file", "nothing"])
def test_the_settings_are_the_callers_whatever_was_there(tmp_path: Path, was: str) -> None:
    outside, tree = tmp_path / "outside", tmp_path / "tree"
    outside.mkdir()
    tree.mkdir()
    (outside / "config").write_text("[cache]\n    dir = /evil\n[core]\n    remote = evil\n")
    if was == "folder":
        outside.rename(tree / ".dvc")
        (tree / ".dvc/config.local").write_text("[cache]\n    type = symlink\n")
    elif was == "link":
        (tree / ".dvc").symlink_to(outside)
    elif was == "file":
        (tree / ".dvc").write_text("")
    isolate(tree, {"cache": {"dir": "/shared"}, "core": {}})
    config = seen(tree)
    assert config["cache"]["dir"] == "/shared"
    assert "type" not in config["cache"] and "remote" not in config["core"]
    assert not (tree / ".dvc").is_symlink()
    if was == "link":
        assert [path.name for path in outside.iterdir()] == ["config"]


def test_remotes_and_what_else_has_credentials_stay_out(project: Project, tmp_path: Path) -> None:
    project.dvc("remote", "add", "--default", "store", "s3://bucket/path")
    project.dvc("remote", "modify", "--local", "store", "secret_access_key", "s3cret")
    with (project.path / ".dvc/config.local").open("a") as file:
        file.write("[studio]\n    token = s3cret\n['db \"d\"']\n    url = x://u:s3cret@h\n")
    tree = project.path / "tree"
    tree.mkdir()
    isolate(tree, Store(project.path, Memo(tmp_path / "memo")).settings)
    written = [path.read_text() for path in (tree / ".dvc").rglob("*") if path.is_file()]
    assert not [text for text in written if "s3cret" in text or "bucket" in text]
    assert seen(tree)["cache"]["dir"] == str(project.path / ".dvc/cache")


def test_link_types_and_paths_that_are_not_ascii_are_carried_over(
    project: Project, tmp_path: Path
) -> None:
    cache = project.path.parent / "gemeinsamer Speicher für alle"
    project.write(".dvc/config.local", f"[cache]\n    dir = {cache}\n    type = hardlink,symlink\n")
    tree = project.path / "tree"
    tree.mkdir()
    isolate(tree, Store(project.path, Memo(tmp_path / "memo")).settings)
    assert seen(tree)["cache"]["dir"] == str(cache)
    assert seen(tree)["cache"]["type"] == ["hardlink", "symlink"]


@pytest.mark.parametrize("core", [{}, {"autostage": True, "check_update": True}])
def test_no_stage_stages_files_and_no_process_lives_on(
    tmp_path: Path, core: dict[str, bool]
) -> None:
    isolate(tmp_path, {"cache": {}, "core": core})
    found = seen(tmp_path)["core"]
    assert not any(found[name] for name in ("autostage", "check_update", "analytics"))
