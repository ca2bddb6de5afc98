"""Giving prepared trees back."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass

from mlvc.errors import Exit, MlvcError
from mlvc.ops import following
from mlvc.ops.naming import released, resolve
from mlvc.ops.places import Places
from mlvc.ops.preparing.making import clear
from mlvc.ops.project import Project
from mlvc.ops.recover import writing


@dataclass(frozen=True)
class Dropped:
    """The releases that are not ready any more, and how many trees went.

    Of these, `spares` had been kept by rollbacks, for the way back.
    """

    releases: tuple[str, ...]
    trees: int
    spares: int


def drop(project: Project, names: Sequence[str], model: str | None = None) -> Dropped:
    """Remove the prepared trees of these releases, or all that is kept; raises `MlvcError`.

    What another prepared release needs stays.
    """
    kept = Places(project).kept
    with writing(project):
        claims = kept.claims()
        gone = {_named(project, name, model, claims) for name in names} or set(claims)
        kept.disclaim(gone)
        trees, spares = clear(project, kept), [] if names else kept.spares()
        for tree, digest in spares:
            following.remove(project.prover, tree, digest)
        with suppress(OSError):
            project.prover.save(project.root)
    return Dropped(tuple(sorted(gone)), trees + len(spares), len(spares))


def _named(project: Project, name: str, model: str | None, claims: Collection[str]) -> str:
    # A tag may be gone, and its trees still there.
    if name in claims:
        return name
    found = released(project, resolve(project, name, model)).release
    if found is None or found.name not in claims:
        raise MlvcError(
            f"{found.name if found else name} is not prepared",
            f"Prepared: {', '.join(sorted(claims)) or 'none'}.",
            Exit.MISSING,
        )
    return found.name
