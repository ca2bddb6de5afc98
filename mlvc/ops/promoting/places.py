"""What is in which environment, since when, and who put it there."""

from collections.abc import Mapping
from dataclasses import dataclass

from mlvc.domain.promotion import Promotion, newest, occupants
from mlvc.domain.release import Release
from mlvc.domain.verdict import Verdict
from mlvc.errors import Exit, MlvcError
from mlvc.ops.naming import the_model
from mlvc.ops.project import Project


@dataclass(frozen=True)
class Place:
    """One environment of one model. `release` is None where nothing is there any more.

    It names a commit where that is no release. `since` is epoch seconds; `verdict` is that of the
    release; `stale` says that DVC serves another one: it ignores tags that take something out.
    """

    model: str
    environment: str
    release: str | None
    commit: str | None = None
    since: int | None = None
    who: str = ""
    verdict: str = Verdict.NONE
    reason: str = ""
    override: str = ""
    stale: bool = False


def environments(project: Project, model: str | None = None) -> tuple[Place, ...]:
    """All environments that were ever used, by model and name."""
    wanted = None if model is None else the_model(project, model)
    of_model: dict[str, list[Promotion]] = {}
    for promotion in project.promotions:
        if wanted in (None, promotion.model):
            of_model.setdefault(promotion.model, []).append(promotion)
    releases = {(r.model, r.commit): r for r in project.releases} if of_model else {}
    return tuple(
        _place(name, environment, there, releases, stale=_is_stale(own, name, environment))
        for name, own in sorted(of_model.items())
        for environment, there in sorted(occupants(own, name).items())
    )


def occupant(project: Project, model: str, environment: str) -> Promotion:
    """What put there what is in an environment; raises `MlvcError` (MISSING) where nothing is."""
    found = occupants(project.promotions_of(model), model)
    there = found.get(environment)
    if there is None:
        places = [place for place, one in found.items() if one]
        raise MlvcError(
            f"nothing of {model} is in {environment!r}",
            f"It is in: {', '.join(sorted(places)) or 'none'}. `mlvc environments` shows all.",
            Exit.MISSING,
        )
    return there


def _is_stale(promotions: list[Promotion], model: str, environment: str) -> bool:
    last = newest(promotions, model, environment)
    return last is not None and last.ends


def _place(
    model: str,
    environment: str,
    there: Promotion | None,
    releases: Mapping[tuple[str, str], Release],
    *,
    stale: bool,
) -> Place:
    if there is None:
        return Place(model, environment, None, stale=stale)
    release, told = releases.get((model, there.commit)), there.told
    return Place(
        model=model,
        environment=environment,
        release=release.name if release else there.commit,
        commit=there.commit,
        since=there.at,
        who=told.get("Actor", there.tagger),
        verdict=release.verdict if release else Verdict.NONE,
        reason=told.get("Reason", ""),
        override=told.get("Override", ""),
        stale=stale,
    )
