"""What a new release of a model follows: its number the one, its comparison the other."""

from dataclasses import dataclass, field

from mlvc.domain.release import Release
from mlvc.domain.standing import Standing
from mlvc.domain.verdict import Verdict
from mlvc.ops.contents import with_objects
from mlvc.ops.project import Project


@dataclass(frozen=True)
class Before:
    """The releases of a model on the line of HEAD, as far as the next one asks.

    `highest` is the one of the highest version, `current` the one that HEAD has, and `last` the
    one that was current last, to which what has changed since is told. `object` is what identifies
    the model's content at HEAD. `good` is the last good one, which gates compare with, where it is
    known without a walk; None says nothing.
    """

    object: str | None
    highest: Release | None = None
    last: Release | None = None
    current: Release | None = None
    good: Release | None = field(default=None, compare=False)


def released_before(project: Project, model: str) -> Before:
    """What was released before; the whole line is walked only where that may change the answer."""
    return _at_the_tip(project, model) or on_the_line(project, model)


def _at_the_tip(project: Project, model: str) -> Before | None:
    """The usual case: the highest release lies behind HEAD, and no rollback lies between.

    Then it was current last, whatever came before it. None where HEAD may be at a release, or
    where anything is unusual.
    """
    head, content = project.repo.head, project.object_at(project.repo.head, model)
    tags = project.release_tags(model)
    if not tags:
        return Before(content)
    # Of the others, of which there may be thousands, only those that may be of this content.
    same = [tag.release for tag in tags if content is None or tag.may_hold(content)]
    *same, highest = with_objects(project, [*same, tags[-1].release])
    if content in {release.object for release in [*same, highest]}:
        return None
    if not project.repo.is_ancestor(highest.commit, head):
        return None
    if project.repo.tells_since(highest.commit, head):
        return None
    is_good = highest.verdict == Verdict.PASS and not project.deregistered_of(model)
    return Before(content, highest, highest, good=highest if is_good else None)


def on_the_line(project: Project, model: str) -> Before:
    """The same by all of the line, whatever it holds."""
    standing = project.standing(model)
    highest = standing.reachable[-1] if standing.reachable else None
    last = _last(project, standing) if highest else None
    return Before(standing.object, highest, last, standing.current)


def _last(project: Project, standing: Standing) -> Release:
    """The release that was current last on the line.

    That is the current one, while HEAD still has its artifact; else the target of the last
    rollback, if nothing was released since; else the highest.
    """
    if standing.current:
        return standing.current
    named = {release.name: release for release in standing.reachable}
    last = next((r for r in reversed(standing.records) if r.target in named), None)
    if last is None:
        return standing.reachable[-1]
    commits = (release.commit for release in standing.reachable)
    # What is tagged on the rollback itself was made after it.
    before = project.repo.reachable(commits, last.commit) - {last.commit}
    since = [release for release in standing.reachable if release.commit not in before]
    return since[-1] if since else named[last.target]
