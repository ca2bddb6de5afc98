"""Handing out a release: whole and proven at its path, or not at all."""

from dataclasses import dataclass
from pathlib import Path

from mlvc.domain.release import Release
from mlvc.errors import Exit, MlvcError
from mlvc.ops.getting.content import Artifact
from mlvc.ops.getting.naming import released_as
from mlvc.ops.lacking import of_release
from mlvc.ops.project import Project
from mlvc.ops.reading import live_digest
from mlvc.workspace.arriving import NEW, refuse_replacing, settle, work_beside
from mlvc.workspace.confine import shown
from mlvc.workspace.hashing import md5_file


@dataclass(frozen=True)
class Wanted:
    """What is asked for: `release` as a user says it, and where it shall be.

    Without `path` that is the artifact's own name in the folder `here`. `force` replaces what is
    there.
    """

    release: str
    here: Path
    path: Path | None = None
    force: bool = False

    @property
    def parent(self) -> Path:
        """The folder that it will be in."""
        return self._said.parent if self._said else self.here

    def target(self, artifact: str) -> Path:
        """Where the artifact of that path shall be."""
        return self._said or self.here / _own_name(artifact)

    @property
    def _said(self) -> Path | None:
        if self.path is None:
            return None
        path = self.here / self.path
        # A link is replaced, not followed; `..` is the folder's own name.
        return path.resolve() if path.name in ("", "..") else path.parent.resolve() / path.name


@dataclass(frozen=True)
class Got:
    """A release's artifact at `path`.

    `proven` is `Model-Digest` where its bytes are those of the tag, and `DVC` where the tag states
    no digest, so that only DVC's MD5 (or Git) says so. `was_there` says that nothing had to be
    done.
    """

    release: Release
    path: Path
    digest: str
    proven: str
    was_there: bool = False
    notes: tuple[str, ...] = ()


def get(project: Project, wanted: Wanted) -> Got:
    """Hand out a release of this project, from its cache or else its remote.

    Raises `MlvcError`: MISSING, CORRUPT, or DIRTY where something else is at its path.
    """
    release = released_as(project, wanted.release)
    with work_beside(wanted.parent) as work:
        return deliver(project, Artifact(project, release), wanted, work)


def deliver(project: Project, artifact: Artifact, wanted: Wanted, work: Path) -> Got:
    """Write a release's artifact in `work`, prove it, and put it where it is wanted."""
    release = artifact.release
    target = wanted.target(artifact.path)
    if digest := _held(target, artifact):
        return _got(project, release, target, digest, was_there=True)
    refuse_replacing(target, folder=artifact.is_folder, force=wanted.force)
    new = work / NEW
    with of_release(release.name):
        digest = artifact.write(new)
    if release.digest not in (None, digest):
        raise MlvcError(
            f"{shown(artifact.path)} of {release.name} is not what was released: its digest is"
            f" {digest}, the tag says {release.digest}",
            "Do not use it: the tag or the store was tampered with. Nothing was written.",
            Exit.CORRUPT,
        )
    settle(new, target, force=wanted.force)
    return _got(project, release, target, digest)


def _held(target: Path, artifact: Artifact) -> str:
    """The digest of what is at the target, where that is the release already; else nothing."""
    # A link is not followed, and nobody may ever write into a pipe.
    if target.is_symlink() or not (target.is_file() or target.is_dir()):
        return ""
    found, release = live_digest(target), artifact.release
    if release.digest is None and target.is_file():
        same = artifact.object == f"md5:{md5_file(target)}"
    else:
        same = found == release.digest
    return found if same else ""


def _own_name(path: str) -> str:
    """The artifact's own name, which is someone else's choice."""
    name = Path(path).name
    if name.startswith((".", "-")):
        raise MlvcError(
            f"the artifact is called {shown(name)}, which is not taken for a name unasked",
            "Say where it shall be: `-o PATH`.",
        )
    return name


def _got(
    project: Project, release: Release, path: Path, digest: str, *, was_there: bool = False
) -> Got:
    notes = []
    if release.digest is None:
        notes.append(
            f"{release.tag} states no Model-Digest (plain GTO wrote it): only DVC's MD5, or Git,"
            " says that this is it"
        )
    if end := project.deregistered_of(release.model).get(release.name):
        notes.append(f"{release.name} is withdrawn: {end.tag} takes it back")
    # Without history nobody can tell, and nothing is said.
    elif not project.repo.is_shallow and release.name in project.standing(release.model).withdrawn:
        notes.append(f"{release.name} is withdrawn: a rollback went away from it")
    proven = "DVC" if release.digest is None else "Model-Digest"
    return Got(release, path, digest, proven, was_there, tuple(notes))
