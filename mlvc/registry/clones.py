"""A clone that holds a few commits, for someone who works for others."""

from collections.abc import Iterable
from pathlib import Path

from mlvc.registry import stale_locks
from mlvc.registry.git import Git, GitFailed

_WANTED = "refs/mlvc/wanted/"
OPTIONS = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")
"""With these a fetch brings what is asked for, and no more."""


def bring(folder: Path, url: str, commits: Iterable[str], head: str) -> None:
    """Make the clone `folder` of `url`, or take it further: it has `commits`, `head` is out.

    For who alone works in it. Raises `GitFailed` where the remote does not give them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    git = Git(folder)
    if (folder / ".git").is_dir():
        (folder / ".git" / "index.lock").unlink(missing_ok=True)
        stale_locks.remove(folder / ".git", folder / ".git")
    else:
        git.write("init", "--quiet")
    wanted = dict.fromkeys([*commits, head])
    missing = [c for c in wanted if not git.holds("rev-parse", "-q", "--verify", f"{_WANTED}{c}")]
    if missing:
        _fetch(git, url, missing)
    git.write("checkout", "--quiet", "--force", "--detach", head)


def _fetch(git: Git, url: str, commits: list[str]) -> None:
    # The refs tell the next fetch what is here already.
    refs = [f"+{commit}:{_WANTED}{commit}" for commit in commits]
    try:
        git.write("fetch", *OPTIONS, "--end-of-options", url, *refs)
    except GitFailed as failed:
        if "not our ref" not in failed.stderr and "unadvertised" not in failed.stderr:
            raise
        # Not every server gives a commit by its id.
        every = (f"+refs/{kind}/*:refs/remotes/all/{kind}/*" for kind in ("heads", "tags"))
        git.write("fetch", *OPTIONS, "--end-of-options", url, *every)
        for commit in commits:
            git.write("update-ref", f"{_WANTED}{commit}", f"{commit}^{{commit}}")
