"""What a release holds: whether all of it is there, and is what its tag says."""

from dataclasses import dataclass, field
from typing import Self

from mlvc.domain.lineage import Lineage, find, lineage
from mlvc.domain.pipeline import inside
from mlvc.domain.release import Release
from mlvc.domain.verification import Finding, Kind, kind_of
from mlvc.errors import MlvcError
from mlvc.ops.names_alone import is_name_alone, told
from mlvc.ops.neighbours import of_another
from mlvc.ops.project import Project
from mlvc.ops.rollback.genuine import digests
from mlvc.ops.verifying.stock import Stock


@dataclass
class Content:
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


def content(project: Project, release: Release, stock: Stock, *, named: bool) -> Content:
    """Look at the objects of a release, and compare the model with its tag.

    `named` says that the user asked for just this release.
    """
    found = Content()
    try:
        if other := of_another(project, release):
            found.findings.append(Finding(Kind.NEIGHBOUR, other.message, other.hint))
            return found
        line = _lineage(project, release)
    except MlvcError as error:
        if not named and is_name_alone(project, release):
            return Content(digest="not recorded", note=told(release))
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


def _compare(project: Project, release: Release, line: Lineage, found: Content) -> None:
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
