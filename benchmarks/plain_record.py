"""What the record of evaluations would cost by git's own commands."""

import os
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.processes import DURABLE

REF = "refs/mlvc/evaluations"
_SCRATCH = "refs/mlvc/scratch"  # where rivals go, so that they build on the same record
_NOBODY = "A <a@b> 1700000000 +0000"
_AT_ONCE = 1000  # evaluations a commit


class Plain:
    """Git in a repository, as durable as mlvc."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @staticmethod
    def made(path: Path) -> Path:
        """A new repository."""
        for words in (("init", "--quiet", "--bare", str(path)),
                      ("-C", str(path), "config", "user.name", "Ada Example"),
                      ("-C", str(path), "config", "user.email", "ada@example.com"),
                      ("-C", str(path), "config", "gc.auto", "0")):  # fmt: skip
            subprocess.run(["git", *words], check=True)
        return path

    def load(self, ref: str, files: Iterable[tuple[str, bytes]], base: str = "") -> None:
        """A chain of commits that adds many files, in one pack."""
        every = list(files)
        parts = [f"reset {ref}\n", *([f"from {base}\n\n"] if base else [])]
        stream = ["".join(parts).encode()]
        for start in range(0, len(every), _AT_ONCE):
            stream += [_commit(ref), *(_file(*one) for one in every[start : start + _AT_ONCE])]
        self._run("-c", "fastimport.unpackLimit=0", "fast-import", "--quiet", "--force",
                  data=b"".join(stream))  # fmt: skip

    def append(self, path: str, data: bytes) -> None:
        """One file more, through an index."""
        env = {"GIT_INDEX_FILE": str(self.path / "scratch.index")}
        blob = self._run("hash-object", "-w", "--stdin", data=data)
        self._run("read-tree", REF, env=env)
        line = f"100644 {blob}\t{path}\n".encode()
        self._run("update-index", "--index-info", data=line, env=env)
        self._commit(self._run("write-tree", env=env), REF)

    def import_one(self, path: str, data: bytes) -> None:
        """One file more, by fast-import."""
        stream = _commit(_SCRATCH) + f"from {REF}^0\n".encode() + _file(path, data)
        self._run("fast-import", "--quiet", "--force", data=stream)

    def merge(self, other: str) -> None:
        """A merge commit by Git's own merge of trees, without a look for renames."""
        tree = self._run("-c", "merge.renames=false", "merge-tree", "--write-tree", REF, other)
        self._commit(tree, REF, other)

    def holds(self, path: str) -> None:
        """Whether one file is there."""
        self._run("cat-file", "-e", f"{REF}:{path}")

    def contents(self, paths: Sequence[str]) -> None:
        """Files whose whole names are known already."""
        names = "".join(f"{REF}:{path}\n" for path in paths)
        self._run("cat-file", "--batch", data=names.encode())

    def listed(self) -> None:
        """All names: no content yet."""
        self._run("ls-tree", "-r", "-z", REF)

    def forget(self, ref: str) -> None:
        """Delete a ref."""
        self._run("update-ref", "-d", ref)

    def new_objects(self, old: str, new: str) -> list[tuple[int, int]]:
        """The sizes of what `new` has and `old` has not: as it is, and as it is stored."""
        listed = self._run("rev-list", "--objects", "--no-object-names", new, f"^{old}")
        form = "--batch-check=%(objectsize) %(objectsize:disk)"
        lines = self._run("cat-file", form, data=f"{listed}\n".encode()).splitlines()
        return [(int(raw), int(stored)) for raw, stored in (line.split() for line in lines)]

    def _commit(self, tree: str, *parents: str) -> None:
        words = [word for parent in parents for word in ("-p", parent)]
        made = self._run("commit-tree", *words, "-m", "Evaluate", tree)
        self._run("update-ref", _SCRATCH, made)

    def _run(self, *words: str, data: bytes = b"", env: dict[str, str] | None = None) -> str:
        command = ["git", *DURABLE, *words]
        around = {**os.environ, **(env or {})}
        done = subprocess.run(
            command, cwd=self.path, input=data, stdout=subprocess.PIPE, check=True, env=around
        )
        return os.fsdecode(done.stdout).strip()


def _commit(ref: str) -> bytes:
    return f"commit {ref}\ncommitter {_NOBODY}\ndata 1\nx\n".encode()


def _file(path: str, data: bytes) -> bytes:
    return f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"
