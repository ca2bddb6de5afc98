"""Promotions that another clone was faster with: one's own get the next numbers."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from mlvc.domain import renumbering, trailers
from mlvc.domain.promotion import parse_promotion
from mlvc.domain.sharing import Tag, compare, unsent_promotions
from mlvc.ops import retagging
from mlvc.ops.places import Places
from mlvc.ops.project import Project
from mlvc.ops.promoting.appending import appending
from mlvc.ops.recover import settle
from mlvc.ops.retagging import Move
from mlvc.ops.sharing.remotes import refuse_moved
from mlvc.registry import sharing, tags
from mlvc.registry.git import Git
from mlvc.workspace import journal as journals
from mlvc.workspace.journal import Journal
from mlvc.workspace.undisturbed import undisturbed


@dataclass(frozen=True)
class _There:
    """The remote's refs, the dates of its promotions where known, and those that are here, too.

    `sound` are the ids of those that may take their names here.
    """

    refs: Mapping[str, str]
    dates: Mapping[str, int] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    sound: Mapping[str, str] = field(default_factory=dict)

    def of(self, model: str) -> dict[str, int]:
        """The promotions of a model, with their dates."""
        names = sharing.shared(self.refs)
        every = ((name, parse_promotion(name, "")) for name in names)
        return {n: self.dates.get(n, 0) for n, found in every if found and found.model == model}

    def due(self, mine: Mapping[str, list[Tag]]) -> dict[str, list[Tag]]:
        """By model, what cannot keep its number."""
        every = {model: self._due(model, own) for model, own in mine.items()}
        return {model: tags for model, tags in every.items() if tags}

    def _due(self, model: str, own: list[Tag]) -> list[Tag]:
        # What is there under its own name stays, though nobody has noted it yet.
        fresh = [tag for tag in own if self.refs.get(f"{sharing.TAGS}{tag.name}") != tag.id]
        return renumbering.due(fresh, self.of(model), self.known)


def foreseen(project: Project, remote: str, theirs: Mapping[str, str]) -> list[str]:
    """The promotions that a push will renumber, as far as names alone tell; for a dry run."""
    git = project.repo.git
    mine = unsent_promotions(sharing.read(git), sharing.read(git, sharing.seen_tags(remote)))
    return [tag.name for found in _There(theirs).due(mine).values() for tag in found]


def renumber(project: Project, remote: str, theirs: Mapping[str, str]) -> dict[str, str]:
    """Give unsent promotions that are in the way of the remote's the next numbers and dates.

    The remote's take their names. Returns the new names by the old ones. Raises `MlvcError` where
    a tag has moved there, or one cannot be signed again.
    """
    git, folder = project.repo.git, sharing.seen_tags(remote)
    if not unsent_promotions(sharing.read(git), sharing.read(git, folder)):
        return {}
    there = _fetched(git, remote, theirs)
    seen = sharing.read(git, folder)
    if not there.due(unsent_promotions(sharing.read(git), seen)):
        return {}
    with appending(project):
        # Again, under the lock: others may have promoted meanwhile.
        found = there.due(unsent_promotions(sharing.read(git), seen))
        names: dict[str, str] = {}
        for own in found.values():
            names |= _moved(project, own, there)
        return names


def _fetched(git: Git, remote: str, theirs: Mapping[str, str]) -> _There:
    """The remote's promotions, fetched to where they are remembered, for their dates."""
    here, folder = sharing.read(git), sharing.seen_tags(remote)
    seen = {name: tag.id for name, tag in sharing.read(git, folder).items()}
    there = sharing.shared(theirs)
    refuse_moved(remote, compare({}, there, seen), "nothing was pushed.")
    known = frozenset(n for n, oid in there.items() if n in here and here[n].id == oid)
    new = [n for n in there if n not in seen and n not in known and parse_promotion(n, "")]
    sharing.fetch(git, remote, [f"{sharing.TAGS}{name}:{folder}{name}" for name in new])
    fetched = sharing.read(git, folder)
    dates = {name: tag.date for name, tag in (here | fetched).items()}
    sound = {n: tag.id for n, tag in fetched.items() if not tag.problem and there.get(n) == tag.id}
    return _There(theirs, dates, known, sound)


def _moved(project: Project, own: list[Tag], there: _There) -> dict[str, str]:
    """Make the new tags of one model, then let the old names go; journaled, since it takes both."""
    git, model = project.repo.git, own[0].model
    theirs = there.of(model)
    last = max([tags.next_number(git, model) - 1, *map(renumbering.number_of, theirs)])
    names = renumbering.renamed(own, last)
    # What the remote has under an old name takes it here, too.
    first = max(tags.next_date(git, model), max(theirs.values(), default=0) + 1)
    moves = [
        Move(t.name, t.id, names[t.name], t.commit, there.sound.get(t.name, ""), at, mark)
        for at, t in enumerate(own, first)
        for mark in (tags.mark(at, trailers.strip_signature(_text(git, t.id))),)
    ]
    note = {"request": "renumbering of", "what": own[0].name, **retagging.note(moves)}
    try:
        journal = Journal(os.urandom(6).hex(), note)
        journals.write(Places(project).journal, journal, project.root)
        for move in moves:
            _again(git, move)
    finally:
        with undisturbed():
            settle(project)
    return names


def _again(git: Git, move: Move) -> None:
    """Write a tag once more, under its new name and with its new date."""
    contents = _text(git, move.id)
    text = trailers.strip_signature(contents)
    sign = tags.signs(git, asked=text != contents)
    tags.create(git, move.new, move.commit, text, at=move.at, sign=sign)


def _text(git: Git, tag: str) -> str:
    """What a tag says, with its signature."""
    return git.text("cat-file", "tag", tag).partition("\n\n")[2] + "\n"
