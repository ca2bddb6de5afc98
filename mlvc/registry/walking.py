"""The line of a commit: all that is reachable from it, in one walk."""

import re
from typing import NamedTuple

from mlvc.domain.history import CommitNote
from mlvc.registry.git import Git
from mlvc.registry.streams import records

# NUL ends each field, since no text in Git holds one.
_NOTE = "%H%x00%ct%x00%an <%ae>%x00%B"
_TELLING = re.compile(r"^(?:Rollback-(?:From|To): |This reverts commit )", re.MULTILINE)
_WORDS = ("Rollback-", "This reverts commit ")


class Line(NamedTuple):
    """The commits reachable from one, and those that record or revert a rollback, newest first."""

    commits: frozenset[str]
    notes: tuple[CommitNote, ...]


def walk(git: Git, *tips: str) -> Line:
    """The line of some commits; without what a `^COMMIT` among them has."""
    # The user's log.showSignature would put lines of its own between.
    log = records(
        git, 4, "log", "-z", "--topo-order", "--no-show-signature", "--encoding=UTF-8",
        f"--format={_NOTE}", "--end-of-options", *tips,
    )  # fmt: skip
    commits: set[str] = set()
    notes: list[CommitNote] = []
    for some in log:
        commits.update([commit for commit, _, _, _ in some])
        # All at once first: most of 100,000 commits tell nothing.
        text = "\n".join([body for _, _, _, body in some])
        notes += [
            CommitNote(commit, body, int(at), author)
            for commit, at, author, body in (some if any(w in text for w in _WORDS) else ())
            if _TELLING.search(body)
        ]
    return Line(frozenset(commits), tuple(notes))
