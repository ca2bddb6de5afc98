"""`mlvc pull`: commits, tags and evaluations of a Git remote; the workspace is never touched."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mlvc.domain.sharing import compare
from mlvc.domain.wording import counted
from mlvc.errors import Exit, MlvcError
from mlvc.ops.names_alone import is_name_alone, told
from mlvc.ops.project import Project
from mlvc.ops.selecting import select
from mlvc.ops.sharing.objects import bring
from mlvc.ops.sharing.records import taken_over
from mlvc.ops.sharing.remotes import refuse_clashing, refuse_moved, the_remote
from mlvc.ops.underway import under_way
from mlvc.registry import sharing, tracking

_REST = "all else was taken over."


@dataclass(frozen=True)
class Pulled:
    """What is new here: commits by the remote's branch, tags, and how many evaluations.

    `objects` is how many were proven to be in the cache, None where none were asked for.
    """

    remote: str
    commits: Mapping[str, int]
    tags: tuple[str, ...]
    evaluations: int
    objects: int | None
    notes: tuple[str, ...]


def pull(
    project: Project,
    names: Sequence[str] = (),
    *,
    remote: str | None = None,
    data: bool = False,
) -> Pulled:
    """Take over what a Git remote has; with `data`, fetch the objects of releases, or of all.

    Raises `MlvcError` where a tag has moved there or is another one than here, after everything
    else was taken over.
    """
    if names and not data:
        raise MlvcError(
            "names say whose objects to fetch", "Add --data, or leave them out.", Exit.USAGE
        )
    origin, git = the_remote(project, remote), project.repo.git
    before = tracking.branches(git, origin)
    with under_way(project):
        theirs = sharing.look(git, origin)
        tags, notes = _tags(project, origin, theirs)
        added = taken_over(project, origin, dict(theirs))
    _refuse(project, origin, theirs)
    commits = tracking.new_commits(git, before, tracking.branches(git, origin))
    notes, objects = (*_behind(project, origin), *notes), None
    if data:
        targets = select(project, list(names), None, every=not names)
        every = [target.release for target in targets if target.release and not names]
        alone = [release for release in every if is_name_alone(project, release)]
        objects = bring(project, [one for one in targets if one.release not in alone])
        notes = (*notes, *map(told, alone))
    return Pulled(origin, commits, tags, added, objects, notes)


def _behind(project: Project, remote: str) -> Iterator[str]:
    """What to do where the branch that is checked out lacks commits of the remote's."""
    own = (project.repo.branch or "").removeprefix("refs/heads/")
    there = f"{tracking.folder(remote)}{own}"
    count = tracking.lacking(project.repo.git, there) if own else 0
    if count:
        forward = "--ff-only " if project.repo.is_ancestor("HEAD", there) else ""
        yield (
            f"your branch {own} lacks {counted(count, 'commit')} of {remote}/{own}:"
            f" `git merge {forward}{remote}/{own}`"
        )


def _tags(
    project: Project, remote: str, theirs: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Fetch branches and new tags, and make those tags here; their names, and notes on others."""
    git, folder = project.repo.git, sharing.seen_tags(remote)
    known = sharing.read(git, folder)
    fresh = [name for name in sharing.shared(theirs) if name not in known]
    refs = [f"{sharing.TAGS}{name}:{folder}{name}" for name in fresh]
    sharing.fetch(git, remote, [*sharing.branches(git, remote), *refs])
    seen, here = sharing.read(git, folder), sharing.read(git)
    new = sorted(name for name in sharing.shared(theirs) if name not in here and name in seen)
    sound = [n for n in new if not seen[n].problem and theirs[f"{sharing.TAGS}{n}"] == seen[n].id]
    sharing.create(git, {f"{sharing.TAGS}{name}": seen[name].id for name in sound})
    odd = (seen[name].problem for name in new if seen[name].problem)
    return tuple(sound), tuple(f"left out: {problem}" for problem in odd)


def _refuse(project: Project, remote: str, theirs: Mapping[str, str]) -> None:
    git = project.repo.git
    here, seen = (
        {name: tag.id for name, tag in sharing.read(git, folder).items()}
        for folder in (sharing.TAGS, sharing.seen_tags(remote))
    )
    compared = compare(here, sharing.shared(theirs), seen)
    refuse_moved(remote, compared, _REST)
    refuse_clashing(remote, compared, _REST)
