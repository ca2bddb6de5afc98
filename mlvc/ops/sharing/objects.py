"""The objects of releases on DVC's remotes: sent, and proven to be there."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from mlvc.artifacts.objects import split
from mlvc.domain import lineage
from mlvc.domain.lineage import Lineage
from mlvc.domain.pipeline import Output, inside
from mlvc.errors import Exit, MlvcError
from mlvc.ops import importing
from mlvc.ops.names_alone import is_name_alone, told
from mlvc.ops.naming import Target
from mlvc.ops.project import Project


@dataclass(frozen=True)
class Delivered:
    """What a remote of DVC's holds of the releases: so many objects, proven; `size` in bytes."""

    remote: str
    objects: int
    sent: int
    size: int


@dataclass(frozen=True)
class Needs:
    """Objects by the remote that is to have them, each with what it is of; `notes` on others."""

    objects: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)


def needs(project: Project, targets: Iterable[Target]) -> Needs:
    """What a rollback to each of the targets would want from DVC's remotes.

    Manifests are read, so one that is not here is fetched. Raises `MlvcError`, such as MISSING.
    """
    found = Needs()
    for out, what, remote in _to_go(project, targets, found.notes):
        digest = out.digest or ""
        names = found.objects.setdefault(remote, {})
        names.setdefault(digest, what)
        if out.is_folder:
            project.store.fetch([digest], what, out.origin.remote)
            for name, inner in project.prover.manifest(digest, what).items():
                names.setdefault(inner, f"{name} in {what}")
    return found


def rehearsed(project: Project, targets: Iterable[Target]) -> list[str]:
    """What `needs` notes of them, or refuses, as far as no remote has to be asked for it."""
    notes: dict[str, None] = {}
    for _ in _to_go(project, targets, notes):
        pass
    return list(notes)


def deliver(project: Project, wanted: Needs) -> tuple[Delivered, ...]:
    """Have every object on its remote, and prove that it is there.

    What is sent is proven before. Raises `MlvcError`: MISSING, CORRUPT, or what the remote says.
    """
    return tuple(_delivered(project, *item) for item in wanted.objects.items())


def undelivered(project: Project, wanted: Needs) -> dict[str, list[str]]:
    """What the objects are of that their remotes do not hold, by remote."""
    found = {}
    for remote, names in wanted.objects.items():
        absent = project.store.at(remote).lacking(names)
        if absent:
            found[remote] = [names[digest] for digest in sorted(absent)]
    return found


def _delivered(project: Project, remote: str, names: dict[str, str]) -> Delivered:
    there = project.store.at(remote)
    absent = there.lacking(names)
    project.prover.prove({digest: names[digest] for digest in absent})
    project.prover.save()
    size = there.send(absent)
    lost = there.lacking(absent)
    if lost:
        raise MlvcError(
            f"object {split(min(lost))[1]} of {names[min(lost)]} was sent, but remote {remote!r}"
            " does not hold it",
            "See what that remote does with what it gets. Nothing was pushed to Git.",
            Exit.MISSING,
        )
    return Delivered(remote, len(names), len(absent), size)


def bring(project: Project, targets: Iterable[Target]) -> int:
    """Fetch what a rollback to each of the targets wants, and prove it; how many objects it is."""
    objects = set[str]()
    for target in targets:
        for out in _cached(_lineage(project, target)):
            what = f"{out.path} of {target.label}"
            importing.bring(project, target.commit, out.path, out.digest or "", out.origin)
            found = project.prover.fetched(out.digest or "", what, out.origin.remote)
            objects.update(found.files.values(), (found.digest,))
    project.prover.save()
    return len(objects)


def _lineage(project: Project, target: Target) -> Lineage:
    pipeline = project.snapshot(target.commit).pipeline
    return lineage.lineage(pipeline, lineage.find(pipeline, target.model, target.label))


def _cached(line: Lineage) -> Iterator[Output]:
    return (out for out in line.outputs if out.cached and out.digest and not out.external)


def _to_go(
    project: Project, targets: Iterable[Target], notes: dict[str, None]
) -> Iterator[tuple[Output, str, str]]:
    """The outputs that are to go, each with what it is and its remote."""
    for target in targets:
        if target.release and is_name_alone(project, target.release):
            notes[told(target.release)] = None
            continue
        line = _lineage(project, target)
        for out in _cached(line):
            if not _stays_out(notes, line, out, target):
                what = f"{out.path} of {target.label}"
                yield out, what, _remote(project, out, what)


def _stays_out(notes: dict[str, None], line: Lineage, out: Output, target: Target) -> bool:
    """Whether DVC would not push it either; refuses where that is the model itself."""
    if out.origin.imported_by:
        notes[f"{out.path} is imported, and comes from there"] = None
        return True
    if out.push:
        return False
    if inside(line.artifact.path, out.path):
        raise MlvcError(
            f"{out.path} of {target.label} is the model, and dvc.yaml says `push: false` of it",
            "A release that nobody else can restore is not pushed: take that out, and release.",
        )
    notes[f"{out.path} stays here: dvc.yaml says `push: false` of it"] = None
    return True


def _remote(project: Project, out: Output, what: str) -> str:
    """The remote that is to have it; raises `MlvcError` where there is none."""
    remote = project.store.remote_of(out.origin.remote)
    if remote is None:
        raise MlvcError(
            f"{what} has no DVC remote to go to",
            "Add one: `dvc remote add --default NAME URL`, and commit .dvc/config. Nothing was"
            " pushed.",
        )
    if remote not in project.store.setup.remotes:
        raise MlvcError(
            f"{what} is to go to DVC remote {remote!r}, and there is none of that name",
            f"`dvc remote add {remote} URL`, or name another: `dvc remote default NAME`. Nothing"
            " was pushed.",
        )
    return remote
