"""What the Git remote lacks, or has otherwise than this clone."""

from collections.abc import Iterator

from mlvc.domain.sharing import is_shared
from mlvc.domain.wording import counted, few
from mlvc.errors import Exit, MlvcError
from mlvc.ops.cluster.origin import remote_of
from mlvc.ops.diagnosing.complaint import Complaint
from mlvc.ops.project import Project
from mlvc.registry import tags
from mlvc.registry.git import GitFailed
from mlvc.registry.recording import REF


def complaints(project: Project) -> Iterator[Complaint]:
    """Tags and evaluations that are not on the remote, and tags that are others there."""
    remote = remote_of(project)
    there = _published(project, remote)
    here = tags.objects(project.repo.git)
    own = sorted(filter(is_shared, here))
    lacking = [tag for tag in own if f"refs/tags/{tag}" not in there]
    if lacking:
        yield Complaint(
            "unpushed-tags",
            f"{counted(len(lacking), 'tag is', 'tags are')} not on {remote}: {few(lacking)}",
            "nobody else can see or restore these releases",
            "`mlvc push`: it sends their objects first.",
        )
    for tag in own:
        if there.get(f"refs/tags/{tag}", here[tag]) != here[tag]:
            yield Complaint(
                "moved-tag",
                f"tag {tag} is {here[tag][:10]} here, and another on {remote}",
                "a release never moves: this is an attack or a mistake",
                "Ask who moved it; `mlvc verify` tells whether yours is as first seen.",
            )
    yield from _evaluations(project, remote, there.get(REF))


def _evaluations(project: Project, remote: str, there: str | None) -> Iterator[Complaint]:
    git = project.repo.git
    here = git.maybe("rev-parse", "-q", "--verify", REF)
    if here and here != there and not (there and _has(project, there, here)):
        yield Complaint(
            "unpushed-evaluations",
            f"evaluations of this clone are not on {remote}",
            "others run again what was evaluated here, and judge without it",
            "`mlvc push`: it unites them with those there.",
        )


def _has(project: Project, there: str, here: str) -> bool:
    """Whether the remote's evaluations, if they are known here, hold ours."""
    known = project.repo.git.holds("cat-file", "-e", there)
    return known and project.repo.is_ancestor(here, there)


def _published(project: Project, remote: str) -> dict[str, str]:
    try:
        rows = project.repo.git.text(
            "ls-remote", "--refs", "--end-of-options", remote, "refs/tags/*", REF
        )
    except GitFailed as failed:
        raise MlvcError(
            f"Git remote {remote!r} cannot be read: {failed.message}",
            "Check `git remote -v` and your access.",
            Exit.MISSING,
        ) from failed
    return {ref: found for found, _, ref in (row.partition("\t") for row in rows.splitlines())}
