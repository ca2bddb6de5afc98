"""What is wrong with tags: their form, what they point at, their dates; and with what is live."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from mlvc.domain.promotion import in_use
from mlvc.domain.standing import Standing
from mlvc.domain.wording import few
from mlvc.ops.contents import with_objects
from mlvc.ops.diagnosing.complaint import Complaint
from mlvc.ops.project import Project
from mlvc.registry import tags
from mlvc.registry.tag_reading import LOST


def complaints(project: Project) -> Iterator[Complaint]:
    """All that can be told from tags and HEAD."""
    for problem in project.tag_problems:
        todo = "Delete it, and release with `mlvc tag`."
        if problem.endswith(LOST):
            todo = "Fetch it; `git fetch --unshallow --tags` where this clone is shallow."
        yield Complaint("bad-tag", problem, "it is no release to mlvc, GTO or DVC", todo)
    yield from _crowded(project)
    yield from _of_nothing(project)
    yield from _unreleased(project)
    yield from _disordered(project)
    yield from _withdrawn(project)


def _crowded(project: Project) -> Iterator[Complaint]:
    at = defaultdict(list)
    for release in project.releases:
        at[release.model, release.commit].append(release.name)
    for (_, commit), names in at.items():
        if len(names) > 1:
            yield Complaint(
                "two-versions",
                f"commit {commit[:10]} is {' and '.join(names)}",
                "with two versions of a model on one commit, GTO refuses the whole repository",
                "Delete one of the tags. With this commit at HEAD,"
                f" `mlvc tag --allow-same {names[-1]}` gives it a commit of its own.",
            )


def _of_nothing(project: Project) -> Iterator[Complaint]:
    """Releases of plain GTO whose commits have nothing of their models."""
    plain = [r for r in project.releases if r.path is r.digest is None]
    found = [r for r in with_objects(project, plain) if r.object is None]
    names = [r.name for r in found if r.name not in project.deregistered]
    if names:
        model, _, version = names[0].partition("@")
        yield Complaint(
            "release-of-nothing",
            f"plain GTO tagged what has nothing of the model: {few(names)}",
            "such a release can be neither proven, nor restored, nor handed out",
            f"Delete it here and on remotes, `git tag -d {names[0]}`; or take it back, and keep the"
            f" name: `gto deprecate {model} {version}`.",
        )


def _unreleased(project: Project) -> Iterator[Complaint]:
    known = {(release.model, release.commit) for release in project.releases}
    for promotion in project.promotions:
        if not promotion.ends and (promotion.model, promotion.commit) not in known:
            yield Complaint(
                "promoted-nothing",
                f"{promotion.tag} points at {promotion.commit[:10]}, which is no release",
                "nobody can tell which version is in use",
                f"Put a release there: `mlvc promote RELEASE {promotion.environment}`.",
            )


def _disordered(project: Project) -> Iterator[Complaint]:
    """Numbered promotions, and releases after their previous ones, whose dates do not rise."""
    dates = tags.dates(project.repo.git)
    pairs = [
        (release.previous, release.tag)
        for release in project.releases
        if release.previous is not None
    ]
    of_model = defaultdict(list)
    for promotion in project.promotions:
        if promotion.number:
            of_model[promotion.model].append(promotion)
    for some in of_model.values():
        names = [one.tag for one in sorted(some, key=lambda one: one.number)]
        pairs += pairwise(names)
    for before, after in pairs:
        if dates.get(before, 0) >= dates.get(after, 0) > 0:
            yield Complaint(
                "dates",
                f"{after} is not dated after {before}",
                "GTO and DVC go by the tagger's date, and may take the older one for the latest",
                "The clock was wrong when it was made. The next `mlvc tag` or `mlvc promote` is"
                " dated after all of them.",
            )


def _withdrawn(project: Project) -> Iterator[Complaint]:
    for model in project.models(project.repo.head):
        standing = project.standing(model)
        if standing.current and standing.current.name in standing.withdrawn:
            yield Complaint(
                "withdrawn",
                f"HEAD has {standing.current.name}, which was withdrawn",
                "it was rolled back from, and a merge may have brought it back unseen",
                "`mlvc rollback`; if it is right, `mlvc tag --allow-same` releases it anew.",
            )
        yield from _withdrawn_in_use(project, standing, model)


def _withdrawn_in_use(project: Project, standing: Standing, model: str) -> Iterator[Complaint]:
    gone = {r.commit: r.name for r in standing.releases if r.name in standing.withdrawn}
    for place, commit in sorted(in_use(project.promotions_of(model), model).items()):
        if commit in gone:
            yield Complaint(
                "withdrawn-in-use",
                f"{gone[commit]} is in {place}, and was withdrawn",
                "whoever asks for what is there gets it",
                f"`mlvc demote {model}#{place}`, or put another there: `mlvc promote RELEASE"
                f" {place}`.",
            )
