"""What a ref means: a release, a promotion, or nothing of a model's.

The words are those of iterative/gto-action, whose outputs workflows know.
"""

from dataclasses import dataclass, fields, replace

from mlvc.domain.names import is_model
from mlvc.domain.promotion import Promotion
from mlvc.domain.release import Release
from mlvc.ops.project import Project

_TAGS = "refs/tags/"


@dataclass(frozen=True)
class Event:
    """What happened, as the outputs of a step; all is empty where it is nothing of a model's.

    `event` is registration, assignment, unassignment, deregistration or deprecation. `stage` is
    what GTO calls an environment. `type`, `path` and `description` are of dvc.yaml, the rest is of
    the release's tag.
    """

    event: str = ""
    name: str = ""
    version: str = ""
    stage: str = ""
    type: str = ""
    path: str = ""
    description: str = ""
    verdict: str = ""
    previous: str = ""
    digest: str = ""

    @property
    def outputs(self) -> dict[str, str]:
        """By name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def event(project: Project, ref: str) -> Event:
    """What the tag of this name, or `refs/tags/NAME`, says."""
    tag = ref.removeprefix(_TAGS)
    if tag.startswith("refs/"):
        return Event()
    for release in project.releases:
        if release.tag == tag:
            return _told(project, Event("registration", release.model), release.commit, release)
    for one in project.promotions:
        if tag in _names(one):
            what = "unassignment" if one.ends else "assignment"
            said = Event(what, one.model, stage=one.environment)
            return _told(project, said, one.commit, _at(project, one))
    return _ended(project, tag)


def _names(one: Promotion) -> tuple[str, ...]:
    base = f"{one.model}#{one.environment}{'!' if one.ends else ''}"
    return (f"{base}#{one.number}",) if one.number else (base, f"{base}#0")


def _at(project: Project, one: Promotion) -> Release | None:
    """The release that a promotion is of: the highest on its commit."""
    own = [r for r in project.releases if (r.model, r.commit) == (one.model, one.commit)]
    return own[-1] if own else None


def _ended(project: Project, tag: str) -> Event:
    """GTO's tags that take a release or a model out, which mlvc never writes."""
    model, at, rest = tag.rpartition("@")
    if not at or not is_model(model):
        return Event()
    if rest == "deprecated":
        return Event("deprecation", model)
    found = [r for r in project.releases if f"{r.tag}!" == tag]
    return Event("deregistration", model, f"v{found[0].version}") if found else Event()


def _told(project: Project, said: Event, commit: str, release: Release | None) -> Event:
    """The same, with what dvc.yaml at that commit and the release's tag tell."""
    if artifact := project.outline(commit).pipeline.artifact(said.name):
        kind, text = (str(artifact.raw.get(key) or "") for key in ("type", "desc"))
        said = replace(said, type=kind, path=artifact.path, description=text)
    if release is None:
        return said
    return replace(
        said,
        version=f"v{release.version}",
        verdict=release.verdict,
        previous=release.previous or "",
        digest=release.digest or "",
    )
