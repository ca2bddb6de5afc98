"""Appending promotion tags, one writer at a time in all worktrees of a clone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from mlvc.domain.promotion import compose, format_promotion_tag
from mlvc.ops.project import Project
from mlvc.ops.recover import settle, writing
from mlvc.ops.tagging.fitness import refuse_shallow
from mlvc.registry import commits, tags
from mlvc.workspace.durable import sync_filesystems
from mlvc.workspace.lock import locked
from mlvc.workspace.undisturbed import clearing

_PATIENCE = 10.0
"""Seconds to wait for another worktree, whose promotion takes about one."""


@dataclass(frozen=True)
class Draft:
    """A promotion tag that has no number yet."""

    model: str
    environment: str
    commit: str
    title: str
    ends: bool = False

    def named(self, number: int) -> str:
        """Its tag, under a number."""
        return format_promotion_tag(self.model, self.environment, number, ends=self.ends)


@contextmanager
def appending(project: Project) -> Iterator[None]:
    """Hold the locks under which tags are read, decided on, and written; all is durable after."""
    # Worktrees have a lock each, and share their tags: the next number is one for all.
    with writing(project), locked(project.repo.common_dir / "mlvc" / "promoting", _PATIENCE):
        refuse_shallow(project)
        commits.check_identity(project.repo.git)
        with clearing(partial(settle, project)):  # asked to end, git may leave a lock
            yield
        # Git syncs files, but not the folders that their names are in.
        sync_filesystems([project.repo.common_dir])


def append(project: Project, draft: Draft, name: str, told: dict[str, str], *, sign: bool) -> None:
    """Write a promotion tag under its name, with a date above the model's others."""
    git = project.repo.git
    actor = git.text("var", "GIT_COMMITTER_IDENT").rsplit(" ", 2)[0]
    text = compose(draft.title, {"Actor": actor, **told})
    at = tags.next_date(git, draft.model)
    tags.create(git, name, draft.commit, text, at=at, sign=tags.signs(git, asked=sign))
