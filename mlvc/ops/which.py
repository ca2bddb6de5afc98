"""`mlvc which`: which release is this file, or this commit? By digest, never by name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mlvc.domain import history
from mlvc.domain.promotion import Promotion, in_use_by_model
from mlvc.domain.release import Release
from mlvc.errors import Exit, MlvcError
from mlvc.ops.getting import tags_elsewhere
from mlvc.ops.naming import resolve
from mlvc.ops.project import Project
from mlvc.ops.reading import live_digest
from mlvc.workspace.hashing import md5_file


@dataclass(frozen=True)
class Which:
    """`releases` are all that have this content, lowest version first; it may be none.

    `environments` are those that each is in, by its name; `withdrawn` the names of those that GTO
    took back or, where history is known, a rollback went away from. What `unknown` tags are of,
    nobody can tell: plain GTO wrote them, without a digest.
    """

    subject: str
    digest: str
    releases: tuple[Release, ...]
    environments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    withdrawn: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()


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


def which_elsewhere(url: str, text: str, here: Path) -> Which:
    """The same of a file or folder, by the tags of the repository at `url`: nothing else is read.

    Raises `MlvcError` where there is no such file, or where the repository cannot be read.
    """
    path = here / text
    if not path.exists():
        raise MlvcError(
            f"there is no file or folder {text!r}",
            "Elsewhere, only what lies here can be looked for: a file or a folder.",
            Exit.MISSING,
        )
    digest, found = live_digest(path), tags_elsewhere(url, here)
    releases = [tag.release for tag in found.releases]
    same = tuple(release for release in releases if release.digest == digest)
    unknown = tuple(release.name for release in releases if release.digest is None)
    withdrawn = frozenset(release.name for release in same) & found.deregistered.keys()
    return Which(text, digest, same, _places(same, found.promotions), withdrawn, unknown)


def _file(project: Project, text: str, path: Path) -> Which:
    digest = live_digest(path)
    # A tag that plain GTO wrote states no digest; DVC's own name of a file is as good here.
    own = f"md5:{md5_file(path)}" if path.is_file() else ""
    same = (r for r in project.releases if digest == r.digest or _object(project, r) == own)
    return _standing(project, text, digest, tuple(same))


def _object(project: Project, release: Release) -> str | None:
    if release.digest is not None:
        return None
    return project.object_at(release.commit, release.model)


def _revision(project: Project, text: str, model: str | None) -> Which:
    target = resolve(project, text, model)
    found = project.object_at(target.commit, target.model)
    if found is None:
        from mlvc.ops.declared import never_made  # few runs need it

        project.snapshot(target.commit)  # DVC says what is wrong with a dvc.yaml it cannot read
        raise never_made(project, target.commit, target.model, target.label)
    standing = project.standing(target.model, target.commit)
    same = tuple(r for r in standing.releases if r.object == found)
    # Of several with the same content the current one comes first.
    same = tuple(sorted(same, key=lambda r: r != standing.current))
    return _standing(project, text, found, same)


def _standing(project: Project, text: str, digest: str, same: tuple[Release, ...]) -> Which:
    """The same releases, with where they stand."""
    # Most files are no release, and history is not walked for them.
    notes = project.repo.notes(project.repo.head) if same else ()
    records = history.effective(notes)
    gone = (history.withdrawn(records, model) for model in {r.model for r in same})
    withdrawn = frozenset(project.deregistered).union(*gone)
    places = _places(same, project.promotions)
    return Which(text, digest, same, places, withdrawn & {r.name for r in same})


def _places(
    releases: Iterable[Release], promotions: Iterable[Promotion]
) -> dict[str, tuple[str, ...]]:
    """The environments of each release that is in any."""
    in_use = in_use_by_model(promotions)
    found = {
        r.name: tuple(sorted(e for e, at in in_use.get(r.model, {}).items() if at == r.commit))
        for r in releases
    }
    return {name: places for name, places in found.items() if places}
