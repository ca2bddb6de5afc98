"""Writing a release: its tag, and the commit of its own that it may need."""

import os
from dataclasses import replace

from mlvc.domain import release
from mlvc.domain.release import Release
from mlvc.errors import MlvcError
from mlvc.ops.places import Places
from mlvc.ops.project import Project
from mlvc.ops.recover import settle
from mlvc.ops.tag_lock import alone_with_tags
from mlvc.registry import commits, tags
from mlvc.registry.git import loading
from mlvc.workspace import journal as journals
from mlvc.workspace.journal import Journal
from mlvc.workspace.undisturbed import undisturbed


def write(project: Project, drafted: Release, message: str, *, own_commit: bool) -> Release:
    """Make the tag of a drafted release, and where it is asked for an empty commit for it."""
    git, head = project.repo.git, drafted.commit
    commit = head
    if own_commit:
        # GTO refuses a repository with two versions of a model on one commit.
        tree = git.text("rev-parse", f"{head}^{{tree}}")
        commit = commits.commit_tree(git, tree, [head], f"Release {drafted.name}\n")
    loading()
    at = tags.next_date(git, drafted.model)
    made = replace(drafted, commit=commit, tagged_at=at)
    text = release.compose(made, message)
    if commit == head:
        tags.create(git, made.tag, commit, text, at=at, sign=made.signed)
    else:
        with alone_with_tags(project):
            _refuse_taken(project, made)
            _write_both(project, made, text, head)
    return made


def _refuse_taken(project: Project, made: Release) -> None:
    """Again under the lock of all worktrees: what fails below takes back what bears this name."""
    if tags.exists(project.repo.git, made.name):
        raise MlvcError(f"{made.name} exists already", "Another worktree was faster: run it again.")


def _write_both(project: Project, made: Release, text: str, head: str) -> None:
    """The tag, then the branch: both, or none, wherever this is killed."""
    git, ref = project.repo.git, project.repo.branch or "HEAD"
    note = {"request": "release of", "what": made.name, "tag": made.tag, "ref": ref}
    note |= {"new": made.commit, "marked": tags.mark(made.tagged_at, text)}
    journal = Journal(os.urandom(6).hex(), note)
    try:
        journals.write(Places(project).journal, journal, project.root)
        # The tag first: signing is what may fail, and until then nothing has changed.
        tags.create(git, made.tag, made.commit, text, at=made.tagged_at, sign=made.signed)
        commits.move(git, ref, made.commit, head)
    finally:
        with undisturbed():
            settle(project)
