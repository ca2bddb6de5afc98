"""Promotions: numbered tags `MODEL#ENVIRONMENT#N` that put a release into an environment.

The grammar is GTO's (`gto.constants.tag_re`), which calls an environment a stage. It is the number
that orders them; GTO goes by the tagger's date, which rises with it.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mlvc.domain import trailers
from mlvc.domain.names import is_model
from mlvc.domain.trailers import Trailer
from mlvc.errors import Exit, MlvcError

USUAL = ("production", "staging")
"""Environments that are known before anything was promoted to them."""

_ENVIRONMENT = r"[a-zA-Z0-9](?:[a-zA-Z0-9/_-]*[a-zA-Z0-9])?"
_TAG = re.compile(rf"(?P<model>[^#]+)#(?P<name>{_ENVIRONMENT})(?P<ends>!?)(?:#(?P<number>[0-9]+))?")
_OTHERS = ("HEAD", "latest", "last-good")


class Promotion(NamedTuple):
    """What a promotion tag says. `ends` takes the release of that commit out again.

    `number` is 0 where the tag has none, which is GTO's other way to write one. `at` is the
    tagger's date in epoch seconds, `contents` the text of the tag; `by` is its name where it is
    another one, as where GTO takes a release back altogether.
    """

    model: str
    environment: str
    number: int
    ends: bool
    commit: str
    at: int = 0
    tagger: str = ""
    contents: str = ""
    by: str = ""

    @property
    def tag(self) -> str:
        """The name of its tag."""
        number = f"#{self.number}" if self.number else ""
        return self.by or f"{self.model}#{self.environment}{'!' if self.ends else ''}{number}"

    @property
    def signed(self) -> bool:
        """Whether a signature is there, not whether it is good."""
        return trailers.read_tag(self.contents).signed

    @property
    def told(self) -> Mapping[str, str]:
        """Its trailers: `Release`, `Actor`, `Reason` …; none where plain GTO wrote it."""
        found = trailers.parse_tag(self.contents)
        return {t.key: t.value for t in reversed(found)}  # of a repeated key the first counts


def is_environment(name: str) -> bool:
    """Whether `name` can name an environment."""
    return re.fullmatch(_ENVIRONMENT, name) is not None


def check_environment(name: str) -> str:
    """`name`, if a new environment may be called so; raises `MlvcError` (USAGE)."""
    if is_environment(name) and "//" not in name and name not in _OTHERS:
        return name
    allowed = "Letters, digits, '-', '_' and '/', such as production or eu/canary."
    reserved = "That name is reserved, since it means something else already."
    raise MlvcError(
        f"{name!r} is no name of an environment",
        reserved if name in _OTHERS else allowed,
        Exit.USAGE,
    )


def parse_promotion(
    tag: str, commit: str, at: int = 0, tagger: str = "", contents: str = ""
) -> Promotion | None:
    """The promotion of a tag that points at `commit`; None for every other tag."""
    match = _TAG.fullmatch(tag)
    if not match or not is_model(match["model"]):
        return None
    number, ends = int(match["number"] or 0), bool(match["ends"])
    return Promotion(match["model"], match["name"], number, ends, commit, at, tagger, contents)


def format_promotion_tag(model: str, environment: str, number: int, *, ends: bool = False) -> str:
    """The name of a promotion's tag."""
    return f"{model}#{environment}{'!' if ends else ''}#{number}"


def compose(title: str, told: Mapping[str, str]) -> str:
    """The text of a promotion's tag: a title, then trailers, of which empty ones are left out."""
    return f"{title}\n\n{trailers.render(Trailer(k, v) for k, v in told.items() if v)}"


def occupants(promotions: Iterable[Promotion], model: str) -> dict[str, Promotion | None]:
    """What put there what is in each environment that the model was ever put into.

    That is the last one to be put there that was not taken out since, as in `gto show`; None
    where none is left.
    """
    found: dict[str, dict[str, Promotion]] = {}
    for promotion in _ordered(promotions, model):
        follow(found.setdefault(promotion.environment, {}), promotion)
    return {name: last_of(there) for name, there in found.items()}


def in_use(promotions: Iterable[Promotion], model: str) -> dict[str, str | None]:
    """The commits of `occupants`."""
    return {name: p.commit if p else None for name, p in occupants(promotions, model).items()}


def in_use_by_model(promotions: Iterable[Promotion]) -> dict[str, dict[str, str | None]]:
    """The same of all models at once."""
    by_model: dict[str, list[Promotion]] = {}
    for promotion in promotions:
        by_model.setdefault(promotion.model, []).append(promotion)
    return {model: in_use(own, model) for model, own in by_model.items()}


def newest(promotions: Iterable[Promotion], model: str, environment: str) -> Promotion | None:
    """The last tag of an environment, whatever it says: DVC serves the release of its commit."""
    own = [p for p in _ordered(promotions, model) if p.environment == environment]
    return own[-1] if own else None


def seconds_in(
    promotions: Iterable[Promotion], model: str, environment: str, commit: str, now: int
) -> int | None:
    """For how long a commit was in an environment, in all; None where it never was.

    By the tags' dates: who writes them chooses them, but time that runs backwards counts for none.
    """
    there: dict[str, Promotion] = {}
    total: int | None = None
    since: int | None = None
    for promotion in _ordered(promotions, model):
        if promotion.environment == environment:
            if since is not None:
                total = (total or 0) + max(0, promotion.at - since)
            follow(there, promotion)
            last = last_of(there)
            since = promotion.at if last and last.commit == commit else None
            total = total if since is None else total or 0
    return total if since is None else (total or 0) + max(0, now - since)


def timeline(promotions: Iterable[Promotion], model: str) -> list[tuple[int, Promotion]]:
    """The tags of a model in their order, each with the epoch seconds that it counts from.

    It is the number that orders them, and none counts from before one with a lower number: dates
    are told by clocks, and by whoever wrote the tag. One without a number is where its date is.
    """
    own = sorted((p for p in promotions if p.model == model), key=lambda p: p.number)
    placed, clock = [], 0
    for promotion in own:
        clock = max(clock, promotion.at) if promotion.number else 0
        placed.append((clock if promotion.number else promotion.at, promotion))
    # What another tag takes out is gone whatever else was said in that second.
    return sorted(placed, key=lambda p: (p[0], bool(p[1].by), p[1].number, p[1].ends))


def _ordered(promotions: Iterable[Promotion], model: str) -> list[Promotion]:
    return [promotion for _, promotion in timeline(promotions, model)]


def follow(there: dict[str, Promotion], promotion: Promotion) -> None:
    """Let a tag change what is in its environment: `there`, by commit, the last one last."""
    there.pop(promotion.commit, None)
    if not promotion.ends:
        there[promotion.commit] = promotion  # the last one now


def last_of(there: dict[str, Promotion]) -> Promotion | None:
    """What counts as being there."""
    return there[next(reversed(there))] if there else None
