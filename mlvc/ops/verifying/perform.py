"""Verifying releases: their objects, their models' digests, their tags."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

from mlvc.domain.lineage import Lineage, find, lineage
from mlvc.domain.pipeline import inside
from mlvc.domain.release import Release
from mlvc.domain.verification import Checked, Finding, Kind, Verified, kind_of
from mlvc.errors import MlvcError
from mlvc.ops.names_alone import is_name_alone, told
from mlvc.ops.naming import the_model
from mlvc.ops.neighbours import of_another
from mlvc.ops.project import Project
from mlvc.ops.rollback.genuine import digests
from mlvc.ops.selecting import select
from mlvc.ops.verifying import seen
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
    content = _content(project, release, stock, named=named)
    return Checked(
        release.name,
        release.commit,
        tags.now[release.tag],
        content.objects,
        content.elsewhere,
        content.digest,
        signature.state,
        (*_of_tag(release, signature, tags), *content.findings),
        content.note,
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


@dataclass
class _Content:
    """What was found of a release's objects, in the words of `Checked`."""

    objects: int = 0
    elsewhere: int = 0
    digest: str = "unproven"
    note: str = ""
    findings: list[Finding] = field(default_factory=list)

    def refused(self, error: MlvcError) -> Self:
        """The same, with one thing more that is wrong."""
        self.findings.append(Finding(kind_of(error.code), error.message, error.hint))
        return self


def _content(project: Project, release: Release, stock: Stock, *, named: bool) -> _Content:
    found = _Content()
    if error := of_another(project, release):
        found.findings.append(Finding(Kind.NEIGHBOUR, error.message, error.hint))
        return found
    try:
        line = _lineage(project, release)
    except MlvcError as error:
        if not named and is_name_alone(project, release):
            return _Content(digest="not recorded", note=told(release))
        return found.refused(error)
    model, lacking = release.path or line.artifact.path, False
    for out in line.outputs:
        if out.cached and out.digest and not out.external:
            held = stock.held(out, model=inside(model, out.path))
            found.objects += held.objects
            found.elsewhere += held.elsewhere
            found.findings += held.findings(out.path, out.origin, release.name)
            lacking |= inside(model, out.path) and bool(held.bad)
    if not release.digest:
        found.digest = "not recorded"
    elif not lacking:
        try:
            _compare(project, release, line, found)
        except MlvcError as error:
            return found.refused(error)
    return found


def _lineage(project: Project, release: Release) -> Lineage:
    """What belongs to the release; raises `MlvcError` where its commit has no such model."""
    snapshot = project.snapshot(release.commit)
    line = lineage(snapshot.pipeline, find(snapshot.pipeline, release.model, release.name))
    if snapshot.content(line.artifact.path) is None:
        raise MlvcError(
            f"{line.artifact.path} is neither in dvc.lock nor in Git at {release.name}:"
            " there is nothing to go back to",
            "Release a commit that has the model.",
        )
    return line


def _compare(project: Project, release: Release, line: Lineage, found: _Content) -> None:
    """Compare the model's bytes with the digest that the tag says."""
    model = release.path or line.artifact.path
    contents = {
        out.path: project.prover.content(out.digest, out.path)
        for out in line.outputs
        if out.cached and out.digest and inside(model, out.path)
    }
    told = list(digests(project, release, model, contents, {}))
    if release.digest in told:
        found.digest = "proven"
        return
    forged = Finding(
        Kind.FORGED,
        f"{model} of {release.name} is not what was released: its digest is"
        f" {next(iter(told), 'none, for it is not there')}, the tag says {release.digest}",
        "Do not use it: the tag or the store was tampered with.",
        model,
    )
    found.findings.append(forged)


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
