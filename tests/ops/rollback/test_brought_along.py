"""What a repository may bring along below `.dvc/tmp`, where mlvc keeps what is disposable."""

import shutil
from pathlib import Path

import pytest

from mlvc.errors import Exit
from mlvc.ops.kept import Kept
from tests.project import Project, run

OWN = Path(".dvc/tmp/mlvc")


def cloned(project: Project, target: Path) -> Project:
    """A clone as someone gets it, with the objects."""
    project.git("commit", "--quiet", "--message", "Innocent")
    run("git", "clone", "--quiet", str(project.path), str(target), cwd=target.parent)
    shutil.copytree(project.path / ".dvc/cache", target / ".dvc/cache")
    clone = Project(target)
    clone.dvc("checkout", "--quiet")
    return clone


@pytest.mark.parametrize(
    ("name", "verb"),
    [
        ("staged", ("recover",)),
        ("staged", ("tag", "9.9.9")),
        ("worktrees", ("recover",)),
        ("kept", ("prepare", "--drop")),
        ("kept/ready", ("prepare", "--drop")),
        ("kept/spare", ("rollback", "0.1.0", "--yes")),
    ],
)
def test_a_link_among_mlvcs_own_folders_is_not_followed(
    two_releases: Project, tmp_path: Path, name: str, verb: tuple[str, ...]
) -> None:
    precious = tmp_path / "home" / "documents"
    (precious / "photos").mkdir(parents=True)
    (precious / "photos" / "one").write_text("x")
    shutil.rmtree(two_releases.path / OWN, ignore_errors=True)
    link = two_releases.path / OWN / name
    link.parent.mkdir(parents=True)
    link.symlink_to(precious)
    two_releases.git("add", "--force", str(link))
    clone = cloned(two_releases, tmp_path / "clone")
    done = clone.mlvc(*verb)
    assert (precious / "photos" / "one").read_text() == "x"
    assert [path.name for path in precious.iterdir()] == ["photos"]
    assert done.code == Exit.REFUSED
    assert f"its folder {clone.path / OWN / name} is a symlink" in done.err


def test_a_kept_tree_that_is_a_link_elsewhere_does_not_go_live(
    two_releases: Project, tmp_path: Path
) -> None:
    digest = two_releases.git("show", "model@v0.1.0:dvc.lock").split("path: model.bin", 1)[1]
    md5 = digest.split("md5: ")[1].split()[0]
    elsewhere = tmp_path / "elsewhere.bin"
    shutil.copy(two_releases.path / ".dvc/cache/files/md5" / md5[:2] / md5[2:], elsewhere)
    shutil.rmtree(two_releases.path / OWN, ignore_errors=True)
    link = Kept(two_releases.path / OWN / "kept")._name("ready", "model.bin", f"md5:{md5}")
    link.parent.mkdir(parents=True)
    link.symlink_to(elsewhere)
    two_releases.git("add", "--force", str(link))
    clone = cloned(two_releases, tmp_path / "clone")
    for _ in range(2):
        assert clone.mlvc("rollback", "0.1.0", "--yes").code == 0
        assert not (clone.path / "model.bin").is_symlink()
        assert clone.read("model.bin") == elsewhere.read_text()
        assert clone.mlvc("rollback", "0.2.0", "--yes").code == 0
