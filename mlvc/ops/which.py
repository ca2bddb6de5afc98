"""`mlvc which`: which release is this file, or this commit? By digest, never by name."""

from dataclasses import dataclass
from pathlib import Path

from mlvc.domain.release import Release
from mlvc.errors import Exit, MlvcError
from mlvc.ops.naming import resolve
from mlvc.ops.project import Project
from mlvc.ops.reading import live_digest
from mlvc.workspace.hashing import md5_file


@dataclass(frozen=True)
class Which:
    """`releases` are all that have this content, lowest version first; it may be none."""

    subject: str
    digest: str
    releases: tuple[Release, ...]


def which(project: Project, text: str | None, here: Path, model: str | None = None) -> Which:
    """Identify a file or folder (relative to `here`), or else a revision; by default HEAD."""
    if text and (here / text).exists():
        return _file(project, text, here / text)
    if text is not None and ("/" in text or Path(text).suffix[1:2].isalpha()) and "@" not in text:
        try:
            return _revision(project, text, model)
        except MlvcError as error:
            raise MlvcError(
                f"{text!r} is neither a file here nor a revision", error.hint, Exit.MISSING
            ) from error
    return _revision(project, "HEAD" if text is None else text, model)


def _file(project: Project, text: str, path: Path) -> Which:
    digest = live_digest(path)
    # A tag that plain GTO wrote states no digest; DVC's own name of a file is as good here.
    own = f"md5:{md5_file(path)}" if path.is_file() else ""
    same = (r for r in project.releases if digest == r.digest or _object(project, r) == own)
    return Which(text, digest, tuple(same))


def _object(project: Project, release: Release) -> str | None:
    if release.digest is not None:
        return None
    return project.object_at(release.commit, release.model)


def _revision(project: Project, text: str, model: str | None) -> Which:
    target = resolve(project, text, model)
    found = project.object_at(target.commit, target.model)
    if found is None:
        project.snapshot(target.commit)  # DVC says what is wrong with a dvc.yaml it cannot read
        raise MlvcError(
            f"at {target.label} there is no model {target.model}",
            "`mlvc which FILE` asks about a file.",
            Exit.MISSING,
        )
    standing = project.standing(target.model, target.commit)
    same = tuple(r for r in standing.releases if r.object == found)
    # Of several with the same content the current one comes first.
    same = tuple(sorted(same, key=lambda r: r != standing.current))
    return Which(text, found, same)
