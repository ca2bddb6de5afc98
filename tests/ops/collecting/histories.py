"""Histories of a repository whose objects are written by hand, and what is needed of them."""

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.project import run

Files = dict[str, frozenset[str]]
"""What the `.dvc` files of a tree need: values of digests, by the file."""


@dataclass(frozen=True)
class Commit:
    """What the model of a history knows of a commit."""

    parents: tuple[str, ...]
    files: Files
    is_rollback: bool = False


@dataclass
class History:
    """A repository, and beside it what is in it: commits, refs, worktrees, files."""

    top: Path
    commits: dict[str, Commit] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    stashed: list[str] = field(default_factory=list)
    worktrees: list[str] = field(default_factory=list)
    files: Files = field(default_factory=dict)
    written: dict[str, bytes] = field(default_factory=dict)
    at: str = "main"

    def __post_init__(self) -> None:
        (self.top / ".dvc").mkdir(parents=True)
        (self.top / ".dvc/config").touch()
        (self.top / ".dvc/.gitignore").write_text("/cache\n/tmp\n/config.local\n", encoding="utf-8")
        self.git("init", "--quiet")
        self.write(0, 0)
        self.commit()

    def git(self, *args: str) -> str:
        return run("git", *args, cwd=self.top).stdout.strip()

    @property
    def cache(self) -> Path:
        return self.top / ".dvc/cache/files/md5"

    def object(self, data: bytes, suffix: str = "") -> str:
        value = hashlib.md5(data, usedforsecurity=False).hexdigest() + suffix
        path = self.cache / value[:2] / value[2:]
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_bytes(data)
        self.written[value] = data
        return value

    def write(self, which: int, seed: int) -> None:
        """Have `0.dvc`, `1.dvc` or `2.dvc` say something else; the last one is a folder."""
        if which % 3 < 2:
            value = self.object(f"file {which % 3} {seed}\n".encode())
            needed = {value}
        else:  # folders that share files
            inner = [self.object(f"shared {n}\n".encode()) for n in (seed % 4, seed % 5 + 4)]
            rows = [{"md5": one, "relpath": f"f{at}"} for at, one in enumerate(inner)]
            value = self.object(json.dumps(rows).encode(), ".dir")
            needed = {value, *inner}
        name = f"{which % 3}.dvc"
        text = f"outs:\n- md5: {value}\n  hash: md5\n  path: data{which % 3}\n"
        (self.top / name).write_text(text, encoding="utf-8")
        self.files = {**self.files, name: frozenset(needed)}

    def commit(self, message: str = "Work", *, is_rollback: bool = False) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        made = self.git("rev-parse", "HEAD")
        parents = (self.branches[self.at],) if self.at in self.branches else ()
        self.commits[made] = Commit(parents, self.files, is_rollback)
        self.branches[self.at] = made
        return made

    def reset(self) -> None:
        """Drop what is not committed."""
        self.git("reset", "--quiet", "--hard")
        self.git("clean", "--quiet", "--force")
        self.files = self.commits[self.branches[self.at]].files

    def tag(self, _: int, __: int) -> None:
        name = f"model@v0.{len(self.tags) + 1}.0"
        self.git("tag", "--annotate", "--message", "A release", name)
        self.tags.append(self.branches[self.at])

    def work(self, which: int, seed: int) -> None:
        self.write(which, seed)
        self.commit()

    def rollback(self, which: int, seed: int) -> None:
        """A new commit of a release's files, as mlvc makes it; or from one that is gone."""
        if not self.tags:
            return
        self.reset()
        chosen, old = which % len(self.tags), self.branches[self.at]
        target = self.tags[chosen]
        self.git("rm", "--quiet", "-r", "--", ".")
        self.git("checkout", "--quiet", target, "--", ".")
        self.files = self.commits[target].files
        origin = "model@v9.9.9" if seed % 2 else old
        says = f"Rollback-From: {origin}\nRollback-To: model@v0.{chosen + 1}.0\n"
        self.commit(f"Roll back model\n\n{says}", is_rollback=True)

    def switch(self, which: int, _: int) -> None:
        """Go to a branch, perhaps a new one."""
        self.reset()
        name = f"b{which % 3}"
        self.git("switch", "--quiet", *(() if name in self.branches else ("--create",)), name)
        self.branches.setdefault(name, self.branches[self.at])
        self.at = name
        self.files = self.commits[self.branches[name]].files

    def delete(self, which: int, _: int) -> None:
        others = [name for name in self.branches if name != self.at]
        if others:
            name = others[which % len(others)]
            self.git("branch", "--quiet", "-D", name)
            del self.branches[name]

    def worktree(self, which: int, seed: int) -> None:
        commit = list(self.commits)[which % len(self.commits)]
        if self.git("cat-file", "-t", commit):
            path = self.top.parent / f"{self.top.name}-{len(self.worktrees)}"
            self.git("worktree", "add", "--quiet", "--detach", str(path), commit)
            self.worktrees.append(commit)
            if seed % 2:  # then it is HEAD alone that has its files
                run("git", "rm", "--quiet", "-r", ".", cwd=path)

    def stash(self, _: int, __: int) -> None:
        before = self.files
        if self.git("status", "--porcelain"):
            self.git("stash", "push", "--quiet", "--include-untracked")
            self.stashed += self.needed_by(before)
            self.files = self.commits[self.branches[self.at]].files

    def needed_by(self, files: Files) -> frozenset[str]:
        return frozenset[str]().union(*files.values())

    def reachable(self, heads: Iterable[str]) -> set[str]:
        found, left = set[str](), list(heads)
        while left:
            one = left.pop()
            if one not in found:
                found.add(one)
                left += self.commits[one].parents
        return found

    @property
    def states(self) -> set[str]:
        """The commits that must be restorable."""
        heads = {*self.tags, *self.branches.values(), *self.worktrees}
        rollbacks = {c for c in self.reachable(heads) if self.commits[c].is_rollback}
        return heads.union(rollbacks, *(self.commits[c].parents for c in rollbacks))

    @property
    def needed(self) -> set[str]:
        """The values of all objects that must stay."""
        kept = [self.needed_by(self.commits[commit].files) for commit in self.states]
        return {*self.needed_by(self.files), *self.stashed}.union(*kept)

    @property
    def there(self) -> set[str]:
        found = (Path(f, name) for f, _, names in os.walk(self.cache) for name in names)
        return {path.parent.name + path.name for path in found}

    def bytes_of(self, value: str) -> bytes:
        return (self.cache / value[:2] / value[2:]).read_bytes()
