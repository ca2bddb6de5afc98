"""What a repository says when nobody is at work in it: the old state, the new one, or neither."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from tests.crash.scans import Entry, Scan, scan
from tests.project import run

_T = TypeVar("_T")
_REFS = "%(refname) %(objecttype) %(*objectname)%0a%(contents)%00"
HUB = ".dvc/tmp/hub.git"
"""Where the Git remote is, if there is one: inside, so that it is traced and copied, too."""
GARBAGE = b"nothing needs this: "
"""How an object begins that `mlvc gc` is to remove."""
_PRIVATE = (".git", ".dvc/tmp", ".dvc/cache")


@dataclass(frozen=True)
class Outcome:
    """All that two runs of one request must agree on, whenever they ran."""

    files: Mapping[str, tuple[int, bytes]]
    index: str
    status: str
    head: str
    commits: tuple[str, ...]
    refs: Mapping[str, str]

    def differences(self, other: "Outcome") -> list[str]:
        """Where two outcomes differ, in a few words each."""
        found = [
            f"{what} is {_short(mine)}, not {_short(theirs)}"
            for what in ("index", "status", "head", "commits")
            if (mine := getattr(self, what)) != (theirs := getattr(other, what))
        ]
        for what in ("files", "refs"):
            mine, theirs = getattr(self, what), getattr(other, what)
            names = [n for n in sorted({*mine, *theirs}) if mine.get(n) != theirs.get(n)]
            found += [f"{n} is {_short(mine.get(n))}, not {_short(theirs.get(n))}" for n in names]
        return found

    def mixed(self, old: "Outcome", new: "Outcome") -> "Outcome":
        """`old`, with each ref and file that is here as in `new` taken from there."""
        files = _mixed(self.files, old.files, new.files)
        return replace(old, files=files, refs=_mixed(self.refs, old.refs, new.refs))


def _mixed(now: Mapping[str, _T], old: Mapping[str, _T], new: Mapping[str, _T]) -> dict[str, _T]:
    names = ((n, new if now.get(n) == new.get(n) else old) for n in {*old, *new})
    return {name: end[name] for name, end in names if name in end}


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) < 120 else f"{text[:60]} … {text[-50:]}"


def git(root: Path, *args: str) -> str:
    """What git prints, its complaints included."""
    done = run("git", *args, cwd=root, check=False, env={"GIT_OPTIONAL_LOCKS": "0"})
    return (done.stdout + done.stderr).rstrip("\n")


def outcome(root: Path, found: Scan | None = None) -> Outcome:
    """The outcome that is there now."""
    found = scan(root) if found is None else found
    return Outcome(
        files={name: e.seen for name, e in found.items() if _is_public(name, e)},
        index=git(root, "ls-files", "--stage"),
        status=git(root, "status", "--porcelain=v2", "--untracked-files=all"),
        head=git(root, "rev-parse", "--symbolic-full-name", "HEAD"),
        commits=tuple(git(root, "log", "--format=%T %B%x00", "HEAD", "--").split("\0")),
        refs=_refs(root) | {f"there {n}": said for n, said in _refs(root / HUB).items()},
    )


def _is_public(name: str, entry: Entry) -> bool:
    """Whether it is the user's, or an object that is to go."""
    private = name == ".dvc" or any(name == p or name.startswith(p + "/") for p in _PRIVATE)
    return not private or entry.data.startswith(GARBAGE)


def _refs(root: Path) -> dict[str, str]:
    """Tags by what they say; evaluations, which have random names, by what they are about."""
    if not root.is_dir():
        return {}
    lines = git(root, "for-each-ref", f"--format={_REFS}").split("\0")
    refs = dict(line.strip().split(" ", 1) for line in lines if line.strip())
    # Where git last saw a remote's branches is told by the next fetch.
    refs = {ref: said for ref, said in refs.items() if not ref.startswith("refs/remotes/")}
    if "refs/mlvc/evaluations" in refs:
        names = git(root, "ls-tree", "-r", "--name-only", "refs/mlvc/evaluations")
        refs["refs/mlvc/evaluations"] = re.sub(r"-[^-/]*\.json$", "", names, flags=re.MULTILINE)
    return refs
