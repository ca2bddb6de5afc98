"""The line of HEAD, remembered: what is reachable from a commit never changes.

Git takes as long to walk 10,000 commits as to print as many tags.
"""

import json
from typing import TYPE_CHECKING

from mlvc.domain.history import CommitNote
from mlvc.registry.walking import Line

if TYPE_CHECKING:
    from mlvc.ops.project import Project

_WORTH = 1000  # commits; fewer are walked as fast


def recall(project: "Project") -> bool:
    """Whether the line of HEAD is known from before; then nobody has to walk it."""
    repo = project.repo
    text = project.memo.note(_key(project)) if repo.shows_all else None
    head, *row = json.loads(text) if text else [""]
    if head != repo.head:
        return False
    commits, notes = row
    repo.take(head, Line(frozenset(commits.split()), tuple(CommitNote(*note) for note in notes)))
    return True


def remember(project: "Project") -> None:
    """Remember the line of HEAD, which was walked; only the last one is kept."""
    repo = project.repo
    line = repo.line(repo.head)
    if len(line.commits) >= _WORTH and repo.shows_all:
        text = json.dumps([repo.head, " ".join(line.commits), line.notes])
        project.memo.write_note(_key(project), text)


def _key(project: "Project") -> str:
    return f"line:{project.repo.git_dir}"
