"""The record of evaluations of a remote, united with that of this clone."""

from mlvc.ops.project import Project
from mlvc.registry import sharing
from mlvc.registry.recording import REF
from mlvc.registry.uniting import merge


def taken_over(project: Project, remote: str, theirs: dict[str, str]) -> int:
    """Fetch the remote's evaluations where they differ, and unite; how many were new here.

    `theirs` are its refs, and tell what was fetched afterwards.
    """
    git, there = project.repo.git, theirs.get(REF)
    if there is None or git.maybe("rev-parse", "-q", "--verify", REF) == there:
        return 0
    seen = sharing.seen_evaluations(remote)
    if git.maybe("rev-parse", "-q", "--verify", seen) != there:
        sharing.fetch(git, remote, [f"+{REF}:{seen}"])
        theirs[REF] = git.text("rev-parse", "--verify", seen)
    united = merge(git, theirs[REF], remote)
    return united.added if united else 0
