"""Releases and promotions, read from the objects of their tags."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import nullcontext
from typing import IO, NamedTuple

from mlvc.domain import registration
from mlvc.domain.names import parse_release_tag
from mlvc.domain.promotion import Promotion
from mlvc.domain.registration import Deregistration, Told, told
from mlvc.domain.release import ReleaseTag
from mlvc.registry.git import Git
from mlvc.registry.streams import no_commits, printing_tags, tag_objects
from mlvc.registry.tags import ALL, objects, of_model

# What stands above the text of a tag.
_HEAD = re.compile(
    r"object ([0-9a-f]+)\ntype commit\ntag .*\n"
    r"(?:tagger ([^<\n]*<[^>\n]*>) ([0-9]{1,18}) .*\n)?(?:.+\n)*+\n*+"
)
LOST = "points at a commit that is missing here: `git fetch --tags` may bring it"
"""How a problem ends that is no fault of the tag's form."""


class Tags(NamedTuple):
    """What tags tell; `problems` is what is wrong with those that look like a release.

    `releases` are in the order of models and versions; `deregistered` are those that GTO took back.
    """

    releases: tuple[ReleaseTag, ...]
    promotions: tuple[Promotion, ...]
    problems: tuple[str, ...]
    deregistered: Mapping[str, Deregistration]


NONE = Tags((), (), (), {})
"""What is told where there are no tags."""


def read(
    git: Git,
    model: str | None = None,
    here: Callable[[], Collection[str]] = frozenset,
    begun: IO[bytes] | None = None,
) -> Tags:
    """All releases and promotions, or those of one model, from the objects of their tags.

    `git for-each-ref` would say the same in twice the time, and dies of a single tag whose commit
    is not here (a shallow fetch, a prune). Of the commits `here` one need not ask. `begun` is what
    git prints of these tags, where it was started before.
    """
    found, problems, missing = list[Told](), list[str](), set[str]()
    patterns = of_model(model) if model else [ALL]
    with nullcontext(begun) if begun else printing_tags(git, *patterns) as printed:
        for tag, kind, data in tag_objects(printed):
            if known := _parsed(tag, data):
                found.append(known)
            elif kind:
                problems.append(_problem(tag, kind))
            else:
                missing.add(tag)
    if missing:
        problems += [_problem(tag, "") for tag, one in objects(git).items() if one in missing]
    lost = no_commits(git, {known.commit for known in found}.difference(here()))
    problems += [_problem(t.tag, lost[t.commit] and "tag") for t in found if t.commit in lost]
    whole = [known for known in found if known.commit not in lost] if lost else found
    return sorted_out(whole, filter(None, problems))


def sorted_out(found: Iterable[Told], problems: Iterable[str] = ()) -> Tags:
    """What single tags tell, as a whole."""
    releases, promotions, ended = list[ReleaseTag](), list[Promotion](), list[Deregistration]()
    for known in found:
        if isinstance(known, ReleaseTag):
            releases.append(known)
        elif isinstance(known, Promotion):
            promotions.append(known)
        else:
            ended.append(known)
    if any("#" in release.tag for release in releases):
        releases = registration.said_last(releases)
    releases.sort()  # no two have the same first three fields, model, order and tag
    held = registration.in_force(releases, ended)
    promotions = registration.taken_out(promotions, held.values())
    return Tags(tuple(releases), tuple(promotions), tuple(sorted(problems)), held)


def _parsed(tag: str, data: bytes) -> Told | None:
    # Git shows nothing of a text that comes after a NUL.
    text = data.partition(b"\0")[0].decode(errors="surrogateescape")
    head = _HEAD.match(text)
    if head is None:
        return None
    commit, tagger, at = head.groups()
    return told(tag, commit, int(at or 0), tagger or "", text[head.end() :])


def _problem(tag: str, kind: str) -> str:
    """What is wrong with a tag of which `kind` is here; nothing where it never was a release."""
    if parse_release_tag(tag) is None:
        return f"tag {tag} is not MODEL@vX.Y.Z" if "@v" in tag and "!" not in tag else ""
    if not kind:
        return f"tag {tag} {LOST}"
    if kind != "tag":
        return f"tag {tag} is lightweight: releases are annotated tags"
    return f"tag {tag} does not point at a commit"
