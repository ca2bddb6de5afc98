"""Appending promotion tags, one writer at a time in all worktrees of a clone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from mlvc.domain.promotion import compose, format_promotion_tag
from mlvc.ops.project import Project
from mlvc.ops.recover import settle, writing
from mlvc.ops.tag_lock import alone_with_tags
from mlvc.ops.tagging.fitness import refuse_shallow
from mlvc.registry import commits, tags
from mlvc.workspace.durable import sync_filesystems
from mlvc.workspace.undisturbed import clearing


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
    with writing(project), alone_with_tags(project):
        refuse_shallow(project)
        commits.check_identity(project.repo.git)
        with clearing(partial(settle, project)):  # asked to end, git may leave a lock
            yield
        # Git syncs files, but not the folders that their names are in.
        sync_filesystems([project.repo.common_dir])


def append(  # noqa: PLR0913 - a tag is that much
    project: Project, draft: Draft, name: str, told: dict[str, str], *, sign: bool, at: int = 0
) -> None:
    """Write a promotion tag under its name, with a date above the model's others, or `at`."""
    git = project.repo.git
    actor = git.text("var", "GIT_COMMITTER_IDENT").rsplit(" ", 2)[0]
    text = compose(draft.title, {"Actor": actor, **told})
    date = at or tags.next_date(git, draft.model)
    tags.create(git, name, draft.commit, text, at=date, sign=tags.signs(git, asked=sign))
