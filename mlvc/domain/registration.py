"""What GTO can say of releases beyond `MODEL@vX.Y.Z`: one registered again, or taken back.

`MODEL@vX.Y.Z#N` registers, `MODEL@vX.Y.Z!` and `MODEL@vX.Y.Z!#N` take back (GTO: deregister). What
was said last counts. mlvc writes none of them, and reads them as GTO does (ADR 0016).
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from mlvc.domain.names import parse_release_tag
from mlvc.domain.promotion import Promotion, parse_promotion
from mlvc.domain.release import ReleaseTag

_TAG = re.compile(r"(?P<release>[^!#]+)!(?:#[0-9]+)?")


class Deregistration(NamedTuple):
    """A tag that takes a release of a commit back; `at` is epoch seconds."""

    release: str
    model: str
    commit: str
    tag: str
    at: int
    tagger: str
    contents: str


def parse_deregistration(
    tag: str, commit: str, at: int, tagger: str, contents: str
) -> Deregistration | None:
    """The deregistration of a tag that points at `commit`; None for every other tag."""
    match = _TAG.fullmatch(tag)
    parsed = parse_release_tag(match["release"]) if match else None
    if match is None or parsed is None:
        return None
    return Deregistration(match["release"], parsed[0], commit, tag, at, tagger, contents)


Told = ReleaseTag | Promotion | Deregistration
"""All that a tag can be about."""


def told(tag: str, commit: str, at: int = 0, tagger: str = "", text: str = "") -> Told | None:
    """What a tag that points at `commit` tells; None where it is about nothing of ours."""
    return (
        ReleaseTag.of(tag, commit, at, tagger, text)
        or parse_promotion(tag, commit, at, tagger, text)
        or parse_deregistration(tag, commit, at, tagger, text)
    )


def said_last(releases: Iterable[ReleaseTag]) -> list[ReleaseTag]:
    """The releases, each once: of a version that was registered again the last tag counts."""
    found: dict[str, ReleaseTag] = {}
    for release in sorted(releases, key=lambda tag: tag.tagged_at):
        found[release.name] = release
    return sorted(found.values())


def in_force(
    releases: Iterable[ReleaseTag], ended: Iterable[Deregistration]
) -> dict[str, Deregistration]:
    """The deregistrations after which the release was not registered again, by the release."""
    found = {e.release: e for e in sorted(ended, key=lambda end: end.at)}
    made = {r.name: r for r in releases if r.name in found} if found else {}
    return {
        name: end
        for name, end in found.items()
        if name in made and made[name].commit == end.commit and made[name].tagged_at <= end.at
    }


def taken_out(promotions: Iterable[Promotion], ended: Iterable[Deregistration]) -> list[Promotion]:
    """The promotions, and after them what takes a release that is taken back out of environments.

    What is put somewhere after it was taken back leaves in the same second.
    """
    found = list(promotions)
    since = {(end.model, end.commit): end for end in ended}
    if not since:
        return found
    leaves: dict[tuple[Deregistration, str, int], None] = {}
    for promotion in found:
        if end := since.get((promotion.model, promotion.commit)):
            leaves[end, promotion.environment, max(end.at, promotion.at)] = None
    return found + [
        Promotion(
            end.model, place, 0, ends=True, commit=end.commit, at=at, tagger=end.tagger,
            contents=end.contents, by=end.tag,
        )
        for end, place, at in leaves
    ]  # fmt: skip
