"""What the user has in the works."""

from mlvc.registry.git import Git
from mlvc.registry.status import unseen
from tests.project import Project


def test_files_and_links_are_told_by_what_git_would_make_of_them(plain: Project) -> None:
    (plain.path / "link").symlink_to("a.txt")
    plain.commit("A link")
    git = Git(plain.path)
    names = ("a.txt", "b.txt", "link", "folder/b.txt")
    tracked = {name: plain.git("rev-parse", f"HEAD:{name}") for name in names}
    assert unseen(git, "", {}) == []
    assert unseen(git, "", tracked) == []
    plain.git("update-index", "--skip-worktree", *names)
    assert unseen(git, "", tracked) == []
    plain.write("a.txt", "other\n")
    (plain.path / "b.txt").unlink()
    (plain.path / "link").unlink()
    (plain.path / "link").symlink_to("b.txt")
    assert unseen(git, "", tracked) == ["a.txt", "link"]
    inner = Git(plain.path / "folder")
    plain.write("folder/b.txt", "other\n")
    assert unseen(inner, "folder/", {"b.txt": tracked["folder/b.txt"]}) == ["b.txt"]
