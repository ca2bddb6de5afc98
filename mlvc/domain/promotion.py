"""Promotions: numbered tags `MODEL#ENVIRONMENT#N` that put a release into an environment.

The grammar is GTO's (`gto.constants.tag_re`), which calls an environment a stage. It is the number
that orders them; GTO goes by the tagger's date, which rises with it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mlvc.domain.names import is_model

USUAL = ("production", "staging")
"""Environments that are known before anything was promoted to them."""

_ENVIRONMENT = r"[a-zA-Z0-9](?:[a-zA-Z0-9/_-]*[a-zA-Z0-9])?"
_TAG = re.compile(rf"(?P<model>[^#]+)#(?P<name>{_ENVIRONMENT})(?P<ends>!?)(?:#(?P<number>[0-9]+))?")


@dataclass(frozen=True)
class Promotion:
    """What a promotion tag says. `ends` takes the release of that commit out again.

    `number` is 0 where the tag has none, which is GTO's other way to write one.
    """

    model: str
    environment: str
    number: int
    ends: bool
    commit: str


def is_environment(name: str) -> bool:
    """Whether `name` can name an environment."""
    return re.fullmatch(_ENVIRONMENT, name) is not None


def parse_promotion(tag: str, commit: str) -> Promotion | None:
    """The promotion of a tag that points at `commit`; None for every other tag."""
    match = _TAG.fullmatch(tag)
    if not match or not is_model(match["model"]):
        return None
    number = int(match["number"] or 0)
    return Promotion(match["model"], match["name"], number, bool(match["ends"]), commit)


def in_use(promotions: Iterable[Promotion], model: str) -> dict[str, str | None]:
    """The commit in each environment that the model was ever put into; None where none is left.

    The last one to be put there that was not taken out since, as in `gto show`.
    """
    found: dict[str, dict[str, None]] = {}
    own = (p for p in promotions if p.model == model)
    for promotion in sorted(own, key=lambda p: (p.number, p.ends)):
        there = found.setdefault(promotion.environment, {})
        there.pop(promotion.commit, None)
        if not promotion.ends:
            there[promotion.commit] = None  # the last one now
    return {name: next(reversed(there), None) for name, there in found.items()}
