"""`mlvc which`: which release is this file, or this commit? By digest, never by name."""

from dataclasses import dataclass
from pathlib import Path

from mlvc.domain.release import Release
from mlvc.errors import Exit, MlvcError
from mlvc.ops.naming import resolve
from mlvc.ops.project import Project
from mlvc.ops.proving import live_digest


@dataclass(frozen=True)
class Which:
    """`releases` are all that have this content, lowest version first; it may be none."""

    subject: str
    digest: str
    releases: tuple[Release, ...]


def which(project: Project, text: str | None, here: Path) -> Which:
    """Identify a file or folder (relative to `here`), or else a revision; by default HEAD."""
    path = here / text if text is not None else None
    if path is not None and path.exists():
        return _file(project, str(text), path)
    if text is not None and ("/" in text or "." in Path(text).suffix) and "@" not in text:
        try:
            return _revision(project, text)
        except MlvcError as error:
            raise MlvcError(
                f"{text!r} is neither a file here nor a revision", error.hint, Exit.MISSING
            ) from error
    return _revision(project, text or "HEAD")


def _file(project: Project, text: str, path: Path) -> Which:
    digest = live_digest(path)
    same = tuple(r for r in project.releases if r.digest == digest)
    return Which(text, digest, same)


def _revision(project: Project, text: str) -> Which:
    target = resolve(project, text)
    found = project.object_at(target.commit, target.model)
    if found is None:
        raise MlvcError(f"at {target.label} there is no model {target.model}")
    standing = project.standing(target.model, target.commit)
    same = tuple(r for r in standing.releases if r.object == found)
    # Of several with the same content the current one comes first.
    same = tuple(sorted(same, key=lambda r: r != standing.current))
    return Which(text, found, same)
