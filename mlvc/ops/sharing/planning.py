"""What a Git remote lacks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mlvc.domain.renumbering import before
from mlvc.domain.sharing import Compared, Tag, compare, in_order, takes_back, unsent_promotions
from mlvc.errors import MlvcError
from mlvc.ops.naming import Target, released
from mlvc.ops.project import Project
from mlvc.ops.selecting import select
from mlvc.ops.sharing.remotes import refuse_clashing, refuse_moved
from mlvc.registry import sharing
from mlvc.registry.recording import REF

_NOTHING = "nothing was pushed."


@dataclass(frozen=True)
class Mine:
    """What there is to push: the branch with its commit, and tags by name.

    `targets` are the releases that were asked for, None for all that the remote lacks.
    """

    branch: str | None
    head: str
    tags: Mapping[str, Tag]
    targets: tuple[Target, ...] | None


def mine(project: Project, remote: str, names: Sequence[str], *, every: bool) -> Mine:
    """What this clone has; raises `MlvcError` for a name that is no release.

    With the releases that are named go those that were put into environments before them: sent
    later, they would be there again.
    """
    targets = None
    if names or every:
        targets = tuple(select(project, list(names), None, every=every))
        for target in targets:
            if target.release is None:
                raise MlvcError(f"{target.label} is no release", "`mlvc list` shows the releases.")
    git = project.repo.git
    tags = sharing.read(git)
    if targets is not None:
        unsent = unsent_promotions(tags, sharing.read(git, sharing.seen_tags(remote)))
        targets += tuple(
            released(project, Target(commit, model))
            for model, own in unsent.items()
            for commit in before(own, {t.commit for t in targets if t.model == model})
        )
    return Mine(project.repo.branch, project.repo.head, tags, targets)


def lacking(project: Project, remote: str, own: Mine, theirs: Mapping[str, str]) -> list[Tag]:
    """The tags that the remote is to get, in order; `theirs` are its refs.

    Raises `MlvcError` where a tag has moved there, or another clone has taken its name.
    """
    asked = None if own.targets is None else {(t.model, t.commit) for t in own.targets}
    wanted = {
        name: tag
        for name, tag in own.tags.items()
        if not tag.problem and (asked is None or (tag.model, tag.commit) in asked)
    }
    compared = _compared(project, remote, wanted, theirs)
    refuse_moved(remote, compared, _NOTHING)
    refuse_clashing(remote, compared, _NOTHING)
    names = compared.lacking if own.targets is None else compared.lacking | compared.gone
    return in_order([wanted[name] for name in names])


def arrived(own: Mine, theirs: Mapping[str, str]) -> dict[str, str]:
    """The tags that the remote has as they are here, with their ids: also of a push that ended so.

    Killed just then, it could not remember them.
    """
    there = sharing.shared(theirs)
    return {n: tag.id for n, tag in own.tags.items() if there.get(n) == tag.id}


def left_out(project: Project, remote: str, own: Mine, theirs: Mapping[str, str]) -> list[str]:
    """Why some tags do not go."""
    problems = [tag.problem for tag in own.tags.values() if tag.problem]
    gone = sorted(_compared(project, remote, own.tags, theirs).gone) if own.targets is None else []
    deleted = [f"{tag} was deleted on {remote}: it goes only if you name it" for tag in gone]
    return [f"left out: {why}" for why in (*sorted(problems), *deleted)]


def _compared(
    project: Project, remote: str, wanted: Mapping[str, Tag], theirs: Mapping[str, str]
) -> Compared:
    seen = sharing.read(project.repo.git, sharing.seen_tags(remote))
    here = {name: tag.id for name, tag in wanted.items()}
    return compare(here, sharing.shared(theirs), {name: tag.id for name, tag in seen.items()})


def targets(project: Project, own: Mine, tags: Iterable[Tag]) -> list[Target]:
    """What must be on DVC's remotes before these tags are on Git's."""
    if own.targets is not None:
        return list(own.targets)
    pairs = dict.fromkeys((tag.commit, tag.model) for tag in tags if not takes_back(tag.name))
    return [released(project, Target(*pair)) for pair in pairs]


def branch(project: Project, remote: str, own: Mine, theirs: Mapping[str, str]) -> dict[str, str]:
    """The branch with its commit, where the remote lacks that; raises `MlvcError` (diverged)."""
    git, tip = project.repo.git, theirs.get(own.branch or "")
    if own.branch is None or tip == own.head:
        return {}
    if tip and not git.holds("cat-file", "-e", f"{tip}^{{commit}}"):
        name = own.branch.removeprefix("refs/heads/")
        sharing.fetch(git, remote, [f"+{own.branch}:refs/remotes/{remote}/{name}"])
    if tip is None or project.repo.is_ancestor(tip, own.head):
        return {own.branch: own.head}
    if project.repo.is_ancestor(own.head, tip):
        return {}  # the others went on from here
    short = own.branch.removeprefix("refs/heads/")
    raise MlvcError(
        f"branch {short} and that of {remote!r} have gone different ways; {_NOTHING}",
        f"`git pull --no-rebase {remote} {short}`, then push again. (After a rebase the releases"
        " would lie beside the branch.)",
    )


def evaluations(project: Project, theirs: Mapping[str, str]) -> dict[str, str]:
    """The record, where the remote lacks something of it that follows from what it has."""
    git = project.repo.git
    tip, other = git.maybe("rev-parse", "-q", "--verify", REF), theirs.get(REF)
    if tip is None or tip == other:
        return {}
    return {REF: tip} if other is None or project.repo.is_ancestor(other, tip) else {}
