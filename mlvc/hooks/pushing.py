"""`pre-push`: which releases and promotions may not go out yet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mlvc.domain.promotion import Promotion
from mlvc.domain.release import Release
from mlvc.domain.sharing import Tag, is_shared, takes_back
from mlvc.domain.verdict import Verdict
from mlvc.errors import MlvcError
from mlvc.hooks.objection import Objection
from mlvc.hooks.projects import projects
from mlvc.ops.gating import gate_release
from mlvc.ops.naming import Target
from mlvc.ops.project import Project
from mlvc.ops.promoting.admission import admission
from mlvc.ops.sharing.objects import needs, undelivered
from mlvc.ops.verifying import seen as verifying
from mlvc.registry import sharing

_GOOD = (Verdict.PASS, Verdict.NONE, Verdict.INCONCLUSIVE)


@dataclass(frozen=True)
class Update:
    """A ref that is to be pushed: its name there, its new id, and the one it has there.

    Ids are all zeros where there is nothing.
    """

    ref: str
    new: str
    old: str

    @property
    def tag(self) -> str:
        """The name of the tag; empty where it is none of mlvc's."""
        name = self.ref.removeprefix(sharing.TAGS)
        return name if name != self.ref and is_shared(name) else ""

    @property
    def deletes(self) -> bool:
        """Whether it is to go."""
        return not self.new.strip("0")


def updates(text: str) -> list[Update]:
    """What Git tells the hook, in lines of `LOCALREF LOCALID REF ID` (githooks(5))."""
    rows = [line.split(" ") for line in text.splitlines()]
    return [Update(row[2], row[1], row[3]) for row in rows if len(row) == 4]  # noqa: PLR2004


def objections(top: Path, remote: str, wanted: Sequence[Update]) -> tuple[Objection, ...]:
    """What speaks against pushing; a tag that is deleted there is the user's decision."""
    tags = [one for one in wanted if one.tag and not one.deletes]
    found = projects(top, "HEAD^{tree}") if tags else []
    if not found:
        return ()
    moved = list(_moved(found[0], remote, tags))
    rest = [one for one in tags if one.tag not in {objection.what for objection in moved}]
    here = sharing.read(found[0].repo.git)
    return (*moved, *(o for one in rest for o in _of(found, here.get(one.tag), one)))


def _moved(project: Project, remote: str, tags: Sequence[Update]) -> Iterator[Objection]:
    seen = sharing.read(project.repo.git, sharing.seen_tags(remote))
    known = verifying.moved(project)
    for one in tags:
        there = one.old if one.old.strip("0") else seen[one.tag].id if one.tag in seen else one.new
        if there != one.new:
            why = f"it has moved: on {remote} it is, or was, {there[:10]}, and here {one.new[:10]}"
            todo = (
                "A release never moves: make a new one. `mlvc verify` tells which is as first seen."
            )
            yield Objection(one.tag, why, todo)
        elif one.tag in known:
            yield Objection(one.tag, known[one.tag].message, known[one.tag].hint)


def _of(found: Sequence[Project], tag: Tag | None, one: Update) -> Iterator[Objection]:
    if tag is None or tag.id != one.new:
        yield Objection(one.tag, "no tag of that name is pushed", f"`git push REMOTE {one.tag}`.")
    elif tag.problem:
        yield Objection(one.tag, tag.problem, "Delete it, and make it with `mlvc tag`.")
    else:
        project = next((p for p in found if tag.model in p.models(tag.commit)), found[0])
        yield from _of_tag(project, tag)


def _of_tag(project: Project, tag: Tag) -> Iterator[Objection]:
    released = [r for r in project.releases if (r.model, r.commit) == (tag.model, tag.commit)]
    promotion = next((p for p in project.promotions if _name(p) == tag.name), None)
    if takes_back(tag.name) or (promotion and promotion.ends):
        return
    if not released:
        yield Objection(tag.name, "its commit is no release", "Promote one: `mlvc promote`.")
        return
    try:
        release = released[-1]
        yield from _by_gate(project, tag, release, promotion)
        yield from _by_data(project, tag, release)
    except MlvcError as error:
        yield Objection(tag.name, error.message, error.hint)


def _name(promotion: Promotion) -> str:
    number = f"#{promotion.number}" if promotion.number else ""
    return f"{promotion.model}#{promotion.environment}{'!' if promotion.ends else ''}{number}"


def _by_gate(
    project: Project, tag: Tag, release: Release, promotion: Promotion | None
) -> Iterator[Objection]:
    """What the tag says of its gate; where it says nothing, the gate is asked."""
    told = promotion.told if promotion else {}
    verdict, override = (
        (told.get("Verdict"), told.get("Override"))
        if promotion
        else (release.verdict, release.override)
    )
    if override:
        return
    if verdict not in (None, *_GOOD):
        yield Objection(tag.name, f"its gate says {verdict}", "Release a better model.")
    elif promotion and verdict is None:
        found = admission(project, release, promotion.environment)
        if found.objections:
            yield Objection(
                tag.name, "; ".join(found.objections), found.hint or "Wait, or mend that."
            )
    elif not promotion and verdict == Verdict.NONE and _rules(project, release):
        gated = gate_release(project, release.name)
        if gated.judgement.verdict not in _GOOD:
            why = f"it was not tagged by mlvc, and its gate says {gated.judgement.verdict}"
            yield Objection(tag.name, why, gated.hint or f"`mlvc gate {release.name}` says why.")


def _rules(project: Project, release: Release) -> bool:
    return bool(project.settings(release.commit).rules(release.model))


def _by_data(project: Project, tag: Tag, release: Release) -> Iterator[Objection]:
    target = Target(release.commit, release.model, release)
    for remote, names in undelivered(project, needs(project, [target])).items():
        why = f"DVC remote {remote!r} lacks {len(names):,} of its objects, such as {names[0]}"
        yield Objection(tag.name, why, f"`mlvc push {release.name}` sends them, then the tag.")
