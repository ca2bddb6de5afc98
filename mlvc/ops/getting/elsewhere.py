"""The same from a repository elsewhere, which is neither cloned nor believed: ADR 0017."""

import tempfile
from pathlib import Path

from mlvc.artifacts import foreign, loading
from mlvc.domain.release import Release
from mlvc.errors import Exit, MlvcError
from mlvc.ops.getting.content import Artifact
from mlvc.ops.getting.naming import released_as
from mlvc.ops.getting.perform import Got, Wanted, deliver
from mlvc.ops.project import Project
from mlvc.ops.read_tags import ReadTags
from mlvc.registry import tag_reading
from mlvc.registry.elsewhere import Elsewhere, place_of, shown
from mlvc.registry.tag_reading import Tags
from mlvc.workspace.arriving import work_beside
from mlvc.workspace.confine import shown as visible

_CONFIG = ".dvc/config"


class Named(Project):
    """A repository elsewhere by the names of its tags alone: enough to say what is meant."""

    def __init__(self, seen: Elsewhere) -> None:
        super().__init__(seen.git.cwd)
        self.tags = ReadTags(self.repo, seen.tags)
        self.repo.head = seen.head

    def models(self, commit: str) -> tuple[str, ...]:  # noqa: ARG002 - as of any project
        """The models that have releases: what else its commits hold is not here."""
        return tuple(sorted({release.model for release in self.release_tags()}))


def tags_elsewhere(url: str, here: Path) -> Tags:
    """The releases of the repository at `url`, and its promotions, by their names alone.

    Nothing but the releases' tags is fetched. Raises `MlvcError` where it cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="mlvc-tags-") as scratch:
        seen = Elsewhere(place_of(url, here)[0], Path(scratch) / "git")
        seen.bring_tags(_registering(seen.tags), trees=False)
        return tag_reading.read(seen.git)._replace(promotions=seen.tags.promotions)


def _registering(tags: Tags) -> list[str]:
    """The tags of releases, and those that take releases back."""
    return [r.tag for r in tags.releases] + [end.tag for end in tags.deregistered.values()]


def abroad(url: str, wanted: Wanted) -> Got:
    """Hand out a release of the repository at `url`.

    Its tags and two commits are fetched, no history. Objects come from the DVC remote that its
    default branch names now. Raises `MlvcError` as `get`.
    """
    address, place = place_of(url, wanted.here)
    with work_beside(wanted.parent) as work:
        seen = Elsewhere(address, work / "git")
        named = _named(seen, wanted.release)
        ended = seen.tags.deregistered.get(named.name)
        seen.bring_tags([named.tag, *([ended.tag] if ended else [])], trees=True)
        project, left_out = _opened(seen, named, place)
        release = next(r for r in project.releases if r.tag == named.tag)
        artifact = Artifact(project, release)
        if artifact.imported_by:
            raise _imported(artifact)
        try:
            return deliver(project, artifact, wanted, work)
        except MlvcError as error:
            if left_out and error.code == Exit.MISSING:
                raise _unreachable(url, left_out, error) from error
            raise


def _named(seen: Elsewhere, text: str) -> Release:
    """The release that `text` names there, by its tag's name; raises `MlvcError`."""
    project = Named(seen)
    if not project.release_tags():
        raise MlvcError(
            f"{shown(seen.url)} has no releases",
            "Make one in a clone of it, and send it there: `mlvc tag --push`.",
            Exit.MISSING,
        )
    return released_as(project, text)


def _opened(
    seen: Elsewhere, release: Release, place: Path | None
) -> tuple[Project, dict[str, str]]:
    """The project in what was fetched, set up for DVC; and why remotes of it are left out."""
    root = seen.git.cwd / _subfolder(seen, release)
    root.mkdir(parents=True, exist_ok=True)
    project = Project(root)
    config, tree = project.tree(seen.head).get(_CONFIG), project.tree(release.commit)
    defining = [tree[path].id for path in loading.defining(tree)]
    seen.bring_blobs([*defining, *([config.id] if config else [])])
    said = project.read(seen.head, [_CONFIG]).get(_CONFIG, b"")
    base = place / project.repo.prefix / ".dvc" if place else None
    return project, foreign.set_up(root, said, base)


def _subfolder(seen: Elsewhere, release: Release) -> str:
    """Where in its repository the DVC project lies."""
    tree = Project(seen.git.cwd).tree(release.commit)
    found = sorted(
        path.removesuffix(_CONFIG) for path in tree if f"/{path}".endswith(f"/{_CONFIG}")
    )
    if len(found) > 1 and found[0]:
        raise MlvcError(
            f"{shown(seen.url)} has several DVC projects: {', '.join(found)}",
            "Clone it, and say `mlvc -C FOLDER get`.",
        )
    return found[0] if found else ""


def _imported(artifact: Artifact) -> MlvcError:
    return MlvcError(
        f"{visible(artifact.path)} of {artifact.release.name} is imported from a third repository"
        f" by {visible(artifact.imported_by)}",
        "Get it from there, or clone this one if you trust what it names. Nothing was written.",
    )


def _unreachable(url: str, left_out: dict[str, str], error: MlvcError) -> MlvcError:
    name, why = next(iter(left_out.items()))
    return MlvcError(
        f"{error.message}; DVC remote {name!r} of {shown(url)} is not used: {why}",
        f"Say where it is in your own configuration: `dvc remote add --global {name} URL`. Or clone"
        " the repository. Nothing was written.",
        error.code,
    )
