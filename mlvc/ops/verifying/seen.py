"""Tags as they were first seen here: a release tag never moves, so one that did is told."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mlvc.domain.sharing import is_shared
from mlvc.domain.verification import Finding, Kind
from mlvc.errors import Exit, MlvcError
from mlvc.ops.moved_tags import seen_tags, told
from mlvc.ops.project import Project
from mlvc.registry import tags
from mlvc.workspace.durable import write_whole
from mlvc.workspace.lock import locked

_WAIT = 5.0  # seconds


@dataclass(frozen=True)
class Compared:
    """The tags now, by name with their object's id, and what is wrong with them."""

    now: Mapping[str, str]
    moved: Mapping[str, Finding]
    deleted: Mapping[str, Finding]
    first_seen: int
    note: str


def compare(project: Project, accepted: Iterable[str]) -> Compared:
    """Compare all tags of releases and promotions with what was first seen of each.

    What is new is remembered, and `accepted` ones are as they are now. Raises `MlvcError`:
    MISSING where such a one is not known.
    """
    file, note, now = seen_tags(project), "", _now(project)
    try:
        with locked(file.with_suffix(".lock"), _WAIT):
            before = _read(file)
            seen = _accept(before, now, accepted)
            fresh = {tag: one for tag, one in now.items() if tag not in seen}
            if seen | fresh != before:
                _write(file, seen | fresh)
    except OSError as error:
        seen, fresh = _read(file), {}
        note = f"tags cannot be remembered in {file}: {error.strerror}"
    deleted = {tag: _deleted(tag, seen[tag]) for tag in sorted(seen.keys() - now.keys())}
    return Compared(now, _all_moved(seen, now), deleted, len(fresh), note)


def moved(project: Project) -> dict[str, Finding]:
    """The tags that are not as they were first seen; what is new is not remembered by this."""
    return _all_moved(_read(seen_tags(project)), _now(project))


def _all_moved(seen: Mapping[str, str], now: Mapping[str, str]) -> dict[str, Finding]:
    return {t: _moved(t, seen[t], now[t]) for t in seen if t in now and seen[t] != now[t]}


def _now(project: Project) -> dict[str, str]:
    return {tag: one for tag, one in tags.objects(project.repo.git).items() if is_shared(tag)}


def _accept(
    before: Mapping[str, str], now: Mapping[str, str], accepted: Iterable[str]
) -> dict[str, str]:
    seen = dict(before)
    for tag in accepted:
        if tag not in before and tag not in now:
            raise MlvcError(
                f"no tag {tag!r} is here, or ever was",
                "Name it as `mlvc verify` does.",
                Exit.MISSING,
            )
        seen.pop(tag, None)
    return seen


def _moved(tag: str, seen: str, now: str) -> Finding:
    return Finding(Kind.MOVED, *told(tag, seen, now))


def _deleted(tag: str, seen: str) -> Finding:
    return Finding(
        Kind.DELETED,
        f"tag {tag} was deleted: it was {seen[:10]} when it was first seen here",
        f"To have it back: `git update-ref refs/tags/{tag} {seen}`. If it is to be gone:"
        f" `mlvc verify --accept {tag}`.",
    )


def _read(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    rows = (line.split(" ", 1) for line in os.fsdecode(file.read_bytes()).splitlines())
    return {row[1]: row[0] for row in rows if len(row) > 1}


def _write(file: Path, seen: Mapping[str, str]) -> None:
    write_whole(file, os.fsencode("".join(f"{seen[tag]} {tag}\n" for tag in sorted(seen))))
