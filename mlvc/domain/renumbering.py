"""Promotions of two clones that meet: which of one's own get new numbers, and which."""

from collections.abc import Collection, Iterable, Mapping

from mlvc.domain.promotion import format_promotion_tag, parse_promotion
from mlvc.domain.sharing import Tag


def number_of(name: str) -> int:
    """The number of a promotion's tag; 0 for one that has none, and for every other tag."""
    found = parse_promotion(name, "")
    return found.number if found else 0


def due(own: Iterable[Tag], theirs: Mapping[str, int], known: Collection[str] = ()) -> list[Tag]:
    """Those of one model's unsent promotions that cannot keep their numbers, in their order.

    `theirs` are the promotions that the remote has of the model, with their dates in epoch seconds
    (0 where it is unknown). Numbers are to be unique and dates to rise with them; from the first
    of one's own that would break this, all are due, so that their order stays. The same second
    will do after a `known` one, which is here as well: GTO writes such tags.
    """
    ordered = sorted((tag for tag in own if number_of(tag.name)), key=lambda t: number_of(t.name))
    there = [(number_of(n), at, n in known) for n, at in theirs.items() if number_of(n)]
    for at, tag in enumerate(ordered):
        if any(_break(number_of(tag.name), tag.date, *other) for other in there):
            return ordered[at:]
    return []


def _break(number: int, date: int, other: int, at: int, known: bool) -> bool:
    """Whether two promotions of a model cannot both stay."""
    if number == other:
        return True
    later = date > at or (known and date == at)
    rises = later if number > other else date < at
    return bool(at) and not rises


def before(own: Iterable[Tag], commits: Collection[str]) -> list[str]:
    """The other commits that one model's unsent promotions put somewhere before these commits."""
    own, wanted, last = list(own), set(commits), -1
    while (newest := max((number_of(t.name) for t in own if t.commit in wanted), default=0)) > last:
        last = newest
        wanted |= {tag.commit for tag in own if number_of(tag.name) < last}
    return sorted(wanted - set(commits))


def renamed(tags: Iterable[Tag], last: int) -> dict[str, str]:
    """New names for them, numbered from the one after `last` on."""
    names = {}
    for number, tag in enumerate(tags, last + 1):
        found = parse_promotion(tag.name, tag.commit)
        if found:
            place = found.environment
            names[tag.name] = format_promotion_tag(found.model, place, number, ends=found.ends)
    return names
