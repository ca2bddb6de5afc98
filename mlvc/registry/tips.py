"""What of a repository's history has a name or is at work: each commit that something holds on to.

More than Git itself would call a tip, and never less: what is left out here may be collected.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from mlvc.domain import rollback
from mlvc.domain.names import parse_release_tag
from mlvc.errors import Exit, MlvcError
from mlvc.registry import evaluations
from mlvc.registry.git import Git

# Commits that an unfinished merge, rebase, cherry-pick or revert is about.
_AT_WORK = ("HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "REBASE_HEAD")
_KINDS = {
    "refs/heads/": "branch",
    "refs/remotes/": "branch",
    "refs/stash": "stash",
    "refs/exps/": "experiment",
}
_TAGS = "refs/tags/"
# A rollback names releases, which have tags, or commits.
_ID = re.compile(r"[0-9a-f]{40,64}")


class Tip(NamedTuple):
    """A commit and what it is held by: `kind` is release, tag, branch, rollback, worktree, …."""

    commit: str
    kind: str
    name: str


class Worktree(NamedTuple):
    """A checkout of the repository: its folder, and its own one in `.git`."""

    path: Path
    git_dir: Path


def tips(git: Git) -> list[Tip]:
    """All commits that refs, stashes, and rollbacks reachable from them name; releases first.

    Raises `MlvcError` (MISSING) where a ref leads to nothing that is here.
    """
    found = [*_refs(git), *_stashed(git), *_heads(git)]
    found += _rolled_back(git, {tip.commit for tip in found})
    order = ("release", "rollback", "tag", "branch")
    return sorted(found, key=lambda tip: (*(tip.kind != kind for kind in order), tip))


def _refs(git: Git) -> Iterator[Tip]:
    # The record of evaluations has no files of DVC's.
    every = git.text("for-each-ref", "--format=%(refname)").splitlines()
    records = evaluations.refs(git)
    names = [name for name in every if name not in records]
    asked = os.fsencode("".join(f"{name}^{{}}\n" for name in names))
    form = "--batch-check=%(objectname) %(objecttype)"
    said = os.fsdecode(git.read("cat-file", form, data=asked)).splitlines()
    for name, answer in zip(names, said, strict=True):
        oid, _, kind = answer.rpartition(" ")
        if kind == "missing":
            raise _lost(name)
        if kind == "commit":
            yield Tip(oid, _kind(name), name.removeprefix("refs/heads/").removeprefix(_TAGS))


def _kind(ref: str) -> str:
    if ref.startswith(_TAGS):
        return "release" if parse_release_tag(ref.removeprefix(_TAGS)) else "tag"
    return next((kind for start, kind in _KINDS.items() if ref.startswith(start)), "other ref")


def _lost(ref: str) -> MlvcError:
    return MlvcError(
        f"{ref} points at something that is missing here, so nobody knows what it needs",
        "Fetch it (`git fetch --tags` may), or delete the ref.",
        Exit.MISSING,
    )


def _stashed(git: Git) -> Iterator[Tip]:
    """Stashes are a reflog, of Git's and of DVC's; what was staged is a parent of each."""
    every = git.text("for-each-ref", "--format=%(refname)", "refs/stash", "refs/exps").splitlines()
    for ref in (ref for ref in every if ref.endswith("/stash")):
        rows = git.text("log", "--walk-reflogs", "--no-show-signature", "--format=%H %P", ref, "--")
        for at, row in enumerate(rows.splitlines()):
            for commit in row.split():
                yield Tip(commit, "stash", f"{ref}@{{{at}}}")


def _heads(git: Git) -> Iterator[Tip]:
    for tree in worktrees(git):
        for name in _AT_WORK:
            if commit := _commit(Git(tree.path), name):
                yield Tip(commit, "worktree", f"{name} of {tree.path}")


def worktrees(git: Git) -> list[Worktree]:
    """The checkouts of a repository, the main one first.

    Raises `MlvcError` where one's folder is not there: nobody knows what its files need.
    """
    found = []
    blocks = git.text("worktree", "list", "--porcelain").split("\n\n")
    for lines in (block.splitlines() for block in blocks):
        if "bare" in lines:
            continue
        path = _checkout(git, Path(lines[0].removeprefix("worktree ")))
        if not (path / ".git").exists():
            raise MlvcError(
                f"worktree {path} is not there, so nobody knows what its files need",
                "Mount its disk; if it is gone for good: `git worktree prune`.",
                Exit.MISSING,
            )
        found.append(Worktree(path, Path(Git(path).text("rev-parse", "--absolute-git-dir"))))
    return found


def _checkout(git: Git, path: Path) -> Path:
    """The folder itself where git lists the one of `.git`: of a submodule, or a separate one."""
    own, common = git.text("rev-parse", "--absolute-git-dir", "--git-common-dir").splitlines()
    folder = (git.cwd / common).resolve()
    if path != folder:
        return path
    if top := git.maybe("config", "--get", "core.worktree"):
        return (folder / top).resolve()
    is_main = Path(own).resolve() == folder
    return Path(git.text("rev-parse", "--show-toplevel")) if is_main else path


def _rolled_back(git: Git, heads: Iterable[str]) -> Iterator[Tip]:
    """Rollbacks, what was there before each, and the commits that they name."""
    fields = "".join(f"{field}%x00" for field in ("%H", "%P", "%B"))
    said = git.read(
        "log", "--stdin", "--no-show-signature", "--encoding=UTF-8", "--extended-regexp",
        "--grep=^Rollback-(From|To): ", f"--format={fields}",
        data="".join(f"{head}\n" for head in heads).encode(),
    )  # fmt: skip
    texts = said.decode(errors="surrogateescape").split("\0")
    for commit, parents, body in zip(texts[::3], texts[1::3], texts[2::3], strict=False):
        name = f"rollback {commit.strip()[:10]}"
        named = [
            text for r in rollback.from_commit("", body, 0, "") for text in (r.origin, r.target)
        ]
        here = [c for text in named if _ID.fullmatch(text) and (c := _commit(git, text))]
        for one in (commit.strip(), *parents.split(), *here):
            yield Tip(one, "rollback", name)


def _commit(git: Git, name: str) -> str | None:
    """The commit of that name or id, where it is here."""
    return git.maybe("rev-parse", "-q", "--verify", "--end-of-options", f"{name}^{{commit}}")
