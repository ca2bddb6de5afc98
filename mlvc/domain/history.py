"""What history says: which rollbacks hold, which releases are withdrawn, current and last good.

Pure decisions on plain values. Order is ancestry and SemVer, never time.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from mlvc.domain import rollback
from mlvc.domain.names import parse_release_tag
from mlvc.domain.release import Release
from mlvc.domain.rollback import RollbackRecord
from mlvc.domain.verdict import Verdict

# What `git revert` writes; for a merge the sentence goes on after a comma.
_REVERT = re.compile(r"^This reverts commit ([0-9a-f]{7,64})\b", re.MULTILINE)


Since = Callable[[str], Collection[str]]
"""The commits of a line that came after one of them, and that one itself."""


class CommitNote(NamedTuple):
    """What is needed of a commit: its hex id, its whole message, when (epoch seconds) and who."""

    commit: str
    body: str
    at: int = 0
    author: str = ""


class LastGood(NamedTuple):
    """The release to go back to, if there is one, and a sentence that says why.

    `needs_consent` is set where no release has a verdict: the user must be asked.
    """

    release: Release | None
    reason: str
    needs_consent: bool = False


def effective(notes: Iterable[CommitNote]) -> list[RollbackRecord]:
    """The rollbacks that still hold, oldest first; `notes` are newest first, topologically.

    A rollback whose commit is reverted does not hold, unless the revert is itself reverted. Going
    from the newest to the oldest, every revert met is already known to hold or not.
    """
    reverted = _Names()
    records: list[RollbackRecord] = []
    for note in notes:
        if reverted.take(note.commit):
            continue
        reverted.add(_REVERT.findall(note.body))
        found = rollback.from_commit(note.commit, note.body, note.at, note.author)
        records.extend(reversed(found))
    return records[::-1]


def withdrawn(records: Iterable[RollbackRecord], model: str) -> set[str]:
    """The names of the releases of `model` that are withdrawn; `records` are oldest first.

    A rollback withdraws where it came from and clears where it went; a roll forward only clears.
    """
    names: set[str] = set()
    for record in records:
        if not record.is_forward and _is_of(record.origin, model):
            names.add(record.origin)
        names.discard(record.target)
    return names


def current(
    releases: Iterable[Release],
    head_object: str | None,
    records: Sequence[RollbackRecord],
    since: Since = lambda _: (),
) -> Release | None:
    """The release of one model whose object is `head_object`; None where HEAD is unreleased.

    On a tie the highest version of those released since the model's last rollback, else the target
    of that, if it is among them, else the highest version. `records` are the effective ones,
    oldest first.
    """
    candidates = [r for r in releases if head_object is not None and r.object == head_object]
    last = last_rollback(records, candidates[0].model) if candidates else None
    if last and len(candidates) > 1:
        late = since(last.commit)
        newer = [r for r in candidates if r.commit in late]
        candidates = newer or [r for r in candidates if r.name == last.target] or candidates
    return max(candidates, key=lambda r: r.version, default=None)


def last_good(
    releases: Iterable[Release], current: Release | None, withdrawn: Collection[str]
) -> LastGood:
    """The release of one model to go back to: `releases` are those reachable from the branch.

    The newest one older than `current` (the newest of all, where HEAD is unreleased) that is not
    withdrawn and has PASS. Where no release has any verdict, the next older one, with consent.
    A release that is the same thing as the current one, or as a withdrawn later one (a candidate
    before the final release), is no way back.
    """
    ordered = sorted(releases, key=lambda r: r.version, reverse=True)
    judged = any(r.verdict != Verdict.NONE for r in ordered)
    bad = [r for r in ordered if r.name in withdrawn] + ([current] if current else [])
    skipped: list[str] = []
    for release in ordered:
        if current and release.version >= current.version:
            continue
        why = _objection(release, bad, withdrawn, judged)
        if not why:
            return LastGood(release, _found(release, current, skipped, judged), not judged)
        skipped.append(f"v{release.version}: {why}")
    return LastGood(None, _none(current, skipped))


def _objection(
    release: Release, bad: Iterable[Release], withdrawn: Collection[str], judged: bool
) -> str:
    """Why one cannot go back to `release`; empty when one can."""
    if release.name in withdrawn:
        return "withdrawn"
    twin = next((b for b in bad if b.version > release.version and _same(b, release)), None)
    if twin:
        return f"the same model as v{twin.version}"
    if judged and release.verdict != Verdict.PASS:
        return "no verdict" if release.verdict == Verdict.NONE else f"verdict {release.verdict}"
    return ""


def _same(one: Release, other: Release) -> bool:
    """Whether going from one to the other changes nothing; unknown where a digest is missing."""
    known = one.object is not None and one.lineage_digest is not None
    return known and (one.object, one.lineage_digest) == (other.object, other.lineage_digest)


def _found(release: Release, current: Release | None, skipped: Sequence[str], judged: bool) -> str:
    older = f" older than v{current.version}" if current else ""
    what = "that passed its gate" if judged else "that is not withdrawn; no release has a verdict"
    return f"v{release.version} is the newest release{older} {what}{_skips(skipped)}"


def _none(current: Release | None, skipped: Sequence[str]) -> str:
    older = f"older than v{current.version} " if current else ""
    if not skipped:
        return f"there is no release {older}to go back to".replace("  ", " ")
    return f"no release {older}can be gone back to{_skips(skipped)}"


def _skips(skipped: Sequence[str]) -> str:
    return f" (skipped {'; '.join(skipped)})" if skipped else ""


def last_rollback(records: Sequence[RollbackRecord], model: str) -> RollbackRecord | None:
    """The last rollback of a model; `records` are as for `current`."""
    of_model = (r for r in reversed(records) if _is_of(r.target, model) or _is_of(r.origin, model))
    return next(of_model, None)


def _is_of(name: str, model: str) -> bool:
    parsed = parse_release_tag(name)
    return parsed is not None and parsed[0] == model


class _Names:
    """Commit ids, whole or abbreviated, that wait for their commit."""

    def __init__(self) -> None:
        self._names: dict[int, set[str]] = {}

    def add(self, names: Iterable[str]) -> None:
        for name in names:
            self._names.setdefault(len(name), set()).add(name)

    def take(self, commit: str) -> bool:
        """Whether `commit` is among them."""
        return any(commit[:length] in names for length, names in self._names.items())
