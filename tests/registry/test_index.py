"""The user's index, with touched paths replaced and all else as it was."""

import pytest

from mlvc.errors import Exit, MlvcError
from mlvc.registry import commits
from mlvc.registry.git import Git
from mlvc.registry.grafts import Forest
from mlvc.registry.index import Index
from mlvc.registry.trees import Entry
from tests.project import Project


def index_of(project: Project) -> Index:
    return Index(Git(project.path), project.path / ".git")


def replace(project: Project, path: str, text: str) -> None:
    """Publish an index in which a path has new content."""
    index = index_of(project)
    index.hold()
    blob = index.git.plumb("hash-object", "-w", "--stdin", data=text.encode())
    index.prepare({path: Entry("100644", blob)})
    index.publish("HEAD")


def test_publishing_replaces_touched_paths_and_keeps_the_staged_rest(plain: Project) -> None:
    plain.write("b.txt", "staged\n")
    plain.write("new.txt", "staged, new\n")
    plain.git("add", "b.txt", "new.txt")
    replace(plain, "a.txt", "replaced\n")
    assert plain.git("show", ":a.txt") == "replaced"
    assert plain.git("show", ":b.txt") == "staged"
    assert plain.git("show", ":new.txt") == "staged, new"


def test_publishing_keeps_the_flags_of_other_entries(plain: Project) -> None:
    plain.write("later.txt", "intended\n")
    plain.git("add", "--intent-to-add", "later.txt")
    plain.git("update-index", "--assume-unchanged", "b.txt")
    replace(plain, "a.txt", "replaced\n")
    assert plain.git("ls-files", "-v", "b.txt") == "h b.txt"
    assert " A later.txt" in plain.git("status", "--porcelain")


@pytest.mark.parametrize("option", [("--split-index",), ("--index-version", "4")])
def test_every_form_of_an_index_can_be_published(plain: Project, option: tuple[str, ...]) -> None:
    plain.git("update-index", *option)
    replace(plain, "a.txt", "replaced\n")
    assert plain.git("show", ":a.txt") == "replaced"
    assert plain.git("ls-files") == "a.txt\nb.txt\nfolder/b.txt"
    assert plain.git("fsck", "--strict") == ""


def test_a_path_with_a_newline_is_replaced(plain: Project) -> None:
    replace(plain, "odd\nname", "odd\n")
    assert plain.git("show", ":odd\nname") == "odd"


def test_a_lock_of_another_process_is_refused_and_never_removed(plain: Project) -> None:
    lock = plain.path / ".git/index.lock"
    lock.write_bytes(b"git's")
    with pytest.raises(MlvcError, match="another git process") as caught:
        index_of(plain).hold()
    assert caught.value.code == Exit.LOCKED
    index_of(plain).release()
    assert lock.read_bytes() == b"git's"


def test_git_waits_for_no_one_while_the_index_is_held(plain: Project) -> None:
    index = index_of(plain)
    index.hold()
    plain.git("add", "--all", check=False)
    with pytest.raises(AssertionError, match=r"index\.lock"):
        plain.git("rm", "--cached", "a.txt")
    index.release()
    plain.git("rm", "--cached", "a.txt")


def test_releasing_drops_what_was_prepared_and_may_be_repeated(plain: Project) -> None:
    before = (plain.path / ".git/index").read_bytes()
    index = index_of(plain)
    index.hold()
    index.prepare({"a.txt": None})
    index.release()
    index.release()
    assert (plain.path / ".git/index").read_bytes() == before
    assert not index.next.exists() and not index.lock.exists()


def test_publishing_twice_is_publishing_once(plain: Project) -> None:
    replace(plain, "a.txt", "replaced\n")
    index_of(plain).publish("HEAD")
    assert plain.git("show", ":a.txt") == "replaced"


def test_who_has_deleted_our_lock_keeps_what_was_staged_since(plain: Project) -> None:
    """As after a kill between the commit and its index, where git advises to delete the lock."""
    git = Git(plain.path)
    index, forest = index_of(plain), Forest(git, plain.git("rev-parse", "HEAD"))
    edits = {"a.txt": forest.blob(b"ours\n"), "b.txt": forest.blob(b"ours\n"), "folder/b.txt": None}
    new = commits.build(forest, plain.git("rev-parse", "HEAD"), edits, "Ours\n")
    index.hold()
    index.prepare(edits)
    plain.git("update-ref", "refs/heads/main", new)
    index.lock.unlink()
    for path in ("b.txt", "new.txt"):
        plain.write(path, "theirs\n")
        plain.git("add", path)
    index.publish(new)
    assert not index.next.exists() and not index.lock.exists()
    assert plain.git("show", ":a.txt") == "ours"
    assert plain.git("show", ":b.txt") == plain.git("show", ":new.txt") == "theirs"
    assert plain.git("ls-files") == "a.txt\nb.txt\nnew.txt"
    assert plain.git("diff", "--cached", "--name-only") == "b.txt\nnew.txt"
