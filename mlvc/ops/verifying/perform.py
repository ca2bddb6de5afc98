"""Verifying releases: their objects, their models' digests, their tags."""

from collections.abc import Iterator
from dataclasses import dataclass

from mlvc.domain.release import Release
from mlvc.domain.verification import Checked, Finding, Kind, Verified
from mlvc.errors import MlvcError
from mlvc.ops.naming import the_model
from mlvc.ops.neighbours import of_another
from mlvc.ops.project import Project
from mlvc.ops.selecting import select
from mlvc.ops.verifying import seen
from mlvc.ops.verifying.content import content
from mlvc.ops.verifying.seen import Compared
from mlvc.ops.verifying.stock import Progress, Stock
from mlvc.registry import signatures
from mlvc.registry.signatures import Signature
from mlvc.registry.tag_reading import LOST


@dataclass(frozen=True)
class Scope:
    """What is verified: releases by name, or all; on the `remote` too.

    `deep` reads every byte, there as here. `accepted` are tags that may be as they are now,
    whatever they were.
    """

    names: tuple[str, ...] = ()
    model: str | None = None
    remote: bool = False
    deep: bool = False
    accepted: tuple[str, ...] = ()


def verify(project: Project, scope: Scope, progress: Progress = lambda _: None) -> Verified:
    """Verify releases; nothing is fetched, and nothing but what is remembered is written.

    Raises `MlvcError` where a name is wrong or the remote cannot be asked, never for a finding.
    """
    if scope.deep:
        project.memo.forget()
    tags = seen.compare(project, scope.accepted)
    stock = Stock(project, progress, remote=scope.remote, deep=scope.deep)
    # One that was made or deleted just now is for the next time.
    releases = [release for release in _wanted(project, scope) if release.tag in tags.now]
    try:
        checked = []
        for at, release in enumerate(releases, 1):
            progress(f"{release.name}, release {at} of {len(releases)}")
            checked.append(_check(project, release, stock, tags, named=bool(scope.names)))
    finally:
        project.prover.save()
    findings = () if scope.names else tuple(_of_tags(project, scope, releases, tags))
    notes = (tags.note,) if tags.note else ()
    return Verified(tuple(checked), findings, notes, tags.first_seen)


def _wanted(project: Project, scope: Scope) -> list[Release]:
    if not scope.names and not project.releases:
        return []
    targets = select(project, list(scope.names), scope.model, every=not scope.names)
    for target in targets:
        if target.release is None:
            raise MlvcError(
                f"{target.label} is no release of {target.model}",
                "`mlvc list` shows the releases.",
            )
        if scope.names and (error := of_another(project, target.release)):
            raise error
    return [target.release for target in targets if target.release]


def _check(
    project: Project, release: Release, stock: Stock, tags: Compared, *, named: bool
) -> Checked:
    signature = Signature("none")
    if release.signed:
        signature = signatures.check(project.repo.git, release.tag, tags.now[release.tag])
    found = content(project, release, stock, named=named)
    return Checked(
        release.name,
        release.commit,
        tags.now[release.tag],
        found.objects,
        found.elsewhere,
        found.digest,
        signature.state,
        (*_of_tag(release, signature, tags), *found.findings),
        found.note,
    )


def _of_tag(release: Release, signature: Signature, tags: Compared) -> Iterator[Finding]:
    if release.tag in tags.moved:
        yield tags.moved[release.tag]
    if signature.state == "invalid":
        yield Finding(
            Kind.SIGNATURE,
            f"the signature of {release.tag} is not valid: {signature.why}",
            "Do not trust it before you know who made the tag: `git verify-tag` says more.",
        )


def _of_tags(
    project: Project, scope: Scope, releases: list[Release], tags: Compared
) -> Iterator[Finding]:
    """What is wrong with tags that are none of the releases."""
    only = the_model(project, scope.model) if scope.model else None
    if only is None:
        for problem in project.tag_problems:
            if problem.endswith(LOST):
                yield Finding(Kind.MISSING, problem)
            else:
                hint = "Delete it, and release with `mlvc tag`; if it came from elsewhere, ask who."
                yield Finding(Kind.MALFORMED, problem, hint)
    own = {release.tag for release in releases}
    gone = [*tags.deleted.items(), *(t for t in tags.moved.items() if t[0] not in own)]
    for tag, finding in gone:
        if only is None or tag.startswith((f"{only}@", f"{only}#")):
            yield finding
