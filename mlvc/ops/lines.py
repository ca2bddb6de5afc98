"""The line of HEAD, remembered: what is reachable from a commit never changes.

Git takes as long to walk 10,000 commits as to print as many tags.
"""

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from mlvc.domain.history import CommitNote
from mlvc.registry.walking import Line

if TYPE_CHECKING:
    from mlvc.ops.project import Project

_WORTH = 1000  # commits; fewer are walked as fast
# Another number where a walk tells of other commits. One key: only the last line is kept.
_KEY = "line:1"


def recall(project: "Project") -> bool:
    """Whether the line of HEAD is known from before; then nobody has to walk it.

    Not to be asked where history is not what the commits say (`Repository.shows_all`).
    """
    text, repo = project.memo.note(_KEY), project.repo
    with suppress(ValueError, TypeError):  # whatever is wrong with it, nothing is remembered
        head, commits, notes = json.loads(text or "[]")
        if head == repo.head:
            told = tuple(CommitNote(*note) for note in notes)
            repo.take(head, Line(frozenset(commits.split()), told))
            return True
    return False


def remember(project: "Project") -> None:
    """Remember the line of HEAD, which was walked since history was found to be all there."""
    repo = project.repo
    line = repo.line(repo.head)
    if len(line.commits) >= _WORTH and repo.shows_all:
        text = json.dumps([repo.head, " ".join(line.commits), line.notes])
        project.memo.write_note(_KEY, text)
