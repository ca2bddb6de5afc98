"""The branches of a Git remote, as they were when it was last fetched from."""

from collections.abc import Mapping

from mlvc.registry.git import Git


def folder(remote: str) -> str:
    """Where git keeps the branches of a remote; ends with a slash."""
    return f"refs/remotes/{remote}/"


def branches(git: Git, remote: str) -> dict[str, str]:
    """Its branches by name, each with its commit."""
    form = "%(objectname) %(symref) %(refname)"
    rows = git.text("for-each-ref", f"--format={form}", folder(remote)).splitlines()
    found = (row.split(" ", 2) for row in rows)
    return {ref.removeprefix(folder(remote)): oid for oid, symref, ref in found if not symref}


def new_commits(git: Git, before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, int]:
    """How many commits came with each branch that none had before, there or here."""
    moved = {name: tip for name, tip in now.items() if before.get(name) != tip}
    known = ("--not", "--branches", *set(before.values()))
    counts = {
        name: int(git.text("rev-list", "--count", tip, *known)) for name, tip in moved.items()
    }
    return {name: count for name, count in counts.items() if count}


def lacking(git: Git, ref: str) -> int:
    """How many commits of a ref HEAD has not; none where there is no such ref."""
    return int(git.maybe("rev-list", "--count", ref, "--not", "HEAD") or 0)
