"""Tags here and on a remote: which are to go, which are to come, and which were moved."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mlvc.domain.names import parse_release_tag
from mlvc.domain.promotion import parse_promotion
from mlvc.domain.registration import parse_deregistration, told

AT_ONCE = 3
"""GitHub sends no events for the tags of a push that has more."""


@dataclass(frozen=True)
class Tag:
    """An annotated tag: its own id, that of its commit, and the tagger's date in epoch seconds.

    `problem` is why it can be no release and no promotion, empty where it can.
    """

    name: str
    id: str
    commit: str
    date: int
    problem: str = ""

    @property
    def model(self) -> str:
        """The model that it is about."""
        release = parse_release_tag(self.name.partition("!")[0])
        return release[0] if release else self.name.partition("#")[0]


@dataclass(frozen=True)
class Compared:
    """Names of tags. `lacking` are only here, `new` only there, `gone` were there once.

    Under a `clashing` name each place has another tag; a `moved` one is another there than it was
    when it was first seen.
    """

    lacking: frozenset[str]
    new: frozenset[str]
    gone: frozenset[str]
    clashing: frozenset[str]
    moved: frozenset[str]


def compare(here: Mapping[str, str], there: Mapping[str, str], seen: Mapping[str, str]) -> Compared:
    """Compare ids of tags by name; `seen` is what the remote had when each was first seen."""
    moved = {name for name, tag in there.items() if seen.get(name, tag) != tag}
    other = {name for name, tag in there.items() if here.get(name, tag) != tag}
    return Compared(
        lacking=frozenset(here.keys() - there.keys() - seen.keys()),
        new=frozenset(there.keys() - here.keys() - moved),
        gone=frozenset((here.keys() & seen.keys()) - there.keys()),
        clashing=frozenset(other - moved),
        moved=frozenset(moved),
    )


def unsent_promotions(here: Mapping[str, Tag], seen: Mapping[str, Tag]) -> dict[str, list[Tag]]:
    """The promotions, by model, that a remote was never seen to have."""
    found: dict[str, list[Tag]] = {}
    for name, tag in here.items():
        was_there = name in seen and seen[name].id == tag.id
        if not tag.problem and not was_there and parse_promotion(name, ""):
            found.setdefault(tag.model, []).append(tag)
    return found


def is_shared(name: str) -> bool:
    """Whether a tag of that name is a release or a promotion, or takes a release back."""
    return told(name, "") is not None


def takes_back(name: str) -> bool:
    """Whether it is GTO's tag that takes a release back, which needs no objects."""
    return parse_deregistration(name, "", 0, "", "") is not None


def in_order(tags: Sequence[Tag]) -> list[Tag]:
    """Releases as they were made, then promotions and what takes releases back as they were."""
    return sorted(tags, key=_order)


def _order(tag: Tag) -> tuple[bool, int, int, str]:
    promotion = parse_promotion(tag.name, tag.commit)
    return not parse_release_tag(tag.name), tag.date, promotion.number if promotion else 0, tag.name


def batches(tags: Sequence[Tag]) -> Iterator[tuple[Tag, ...]]:
    """So many at a time that each is heard of."""
    starts = range(0, len(tags), AT_ONCE)
    return (tuple(tags[start : start + AT_ONCE]) for start in starts)
