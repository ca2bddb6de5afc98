"""A transaction as `mlvc rollback` makes it, with a rename for its commit."""

from pathlib import Path

from mlvc.workspace import journal as journals
from mlvc.workspace.journal import Journal
from mlvc.workspace.staging import Staging, discard
from mlvc.workspace.transaction import Change, apply, dispose, finish, plan_swaps, undo
from tests.workspace.disk import linked, plant

OLD = {
    "model.bin": b"old model",
    "data/a": b"old a",
    "data/deep/b": b"old b",
    "link": b"-> old target",
    "shape": b"a file that becomes a folder",
    "gone.txt": b"goes",
    "gone/x": b"goes too",
    "was-file": b"above a new path",
    "kept/user.txt": b"not ours",
    "same": b"one object",
}
NEW = {
    "model.bin": b"new model",
    "data/a": b"new a",
    "data/c": b"new c",
    "link": b"-> new target",
    "shape/inside": b"a folder now",
    "was-file/below": b"new below",
    "kept/user.txt": b"not ours",
    "new/one/file": b"installed",
    "new/one/tree/z": b"installed too",
    "same": b"one object",
}


LINKED = ("data/a", "data/c", "new/one/tree/z", "same")


def protect(root: Path, *names: str) -> None:
    """As DVC has its objects."""
    for name in names:
        (root / name).chmod(0o444)


class World:
    """A project in `case/project`, whose commit is the file `case/committed`."""

    def __init__(self, case: Path) -> None:
        self.root, self.commit = case / "project", case / "committed"
        self.cache = case / "cache"
        self.home = self.root / ".dvc/tmp/mlvc/feed"
        self.journal = self.root / ".dvc/tmp/mlvc/journal.json"

    def build(self) -> "World":
        plant(self.root, {**OLD, ".dvc/tmp/mlvc": None})
        plant(self.cache, {"one": b"new a", "two": b"new c", "three": b"installed too"})
        (self.cache / "same").hardlink_to(self.root / "same")
        protect(self.cache, "one", "two", "three", "same")
        return self

    def prepare(self) -> Journal:
        """Stage, plan, write the journal."""
        staging = Staging(self.root, self.home)
        swaps = plan_swaps(self._changes(staging), staging)
        journal = Journal("feed", {"to": "v1"}, tuple(swaps), (str(self.home),))
        journals.write(self.journal, journal, self.root)
        return journal

    def _changes(self, staging: Staging) -> list[Change]:
        def file(name: str, *, symlink: bool = False) -> Change:
            live = self.root / name
            data = NEW[name].removeprefix(b"-> ")
            return Change(live, staging.write(live, data, symlink=symlink))

        def tree(name: str, **entries: str) -> Change:
            live = self.root / name
            sources = {key.replace("__", "/"): self.cache / e for key, e in entries.items()}
            return Change(live, linked(staging.slot(live), sources, ["hardlink", "copy"]))

        shape = staging.slot(self.root / "shape")
        plant(shape, {"inside": NEW["shape/inside"]})
        same = self.root / "same"
        return [
            file("model.bin"),
            tree("data", a="one", c="two"),
            file("link", symlink=True),
            Change(self.root / "shape", shape),
            file("was-file/below"),
            file("new/one/file"),
            tree("new/one/tree", z="three"),
            Change(same, linked(staging.slot(same), {"": self.cache / "same"}, ["hardlink"])),
            *(Change(self.root / name, None) for name in ("gone.txt", "gone", "was-file", "none")),
        ]

    def journaled(self) -> Journal:
        journal = journals.read(self.journal, self.root)
        assert journal is not None
        return journal

    def roll_back(self) -> None:
        """All of it, to the end."""
        apply(self.prepare())
        self.point_of_no_return()
        self.settle()

    def point_of_no_return(self) -> None:
        temporary = self.commit.with_suffix(".tmp")
        temporary.write_bytes(b"")
        temporary.replace(self.commit)

    def settle(self) -> None:
        """What `mlvc recover` does."""
        journal = journals.read(self.journal, self.root)
        if journal is None:
            journals.clear(self.journal)
            discard(self.home)
            return
        if self.commit.exists():
            finish(journal)
        else:
            assert undo(journal) == []
        dispose(journal)
        journals.clear(self.journal)
