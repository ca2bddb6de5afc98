"""The promotion that a rollback in an environment appends."""

import os
from dataclasses import dataclass, replace

from mlvc.domain.promotion import newest
from mlvc.domain.release import Release
from mlvc.errors import MlvcError
from mlvc.ops.places import Places
from mlvc.ops.project import Project
from mlvc.ops.promoting.appending import Draft, append, appending
from mlvc.ops.recover import settle
from mlvc.registry import tag_reading, tags
from mlvc.workspace import journal as journals
from mlvc.workspace.journal import Journal
from mlvc.workspace.undisturbed import undisturbed


@dataclass(frozen=True)
class Return:
    """The promotion of a rollback in an environment; `tag` is empty where it is there already.

    `before` is what is there, a release or a commit, and `seen` the number of the environment's
    last tag. `overridden` is what spoke against it where `override` says why it was done all the
    same. `demotable` says that a demotion would bring back what was there before. `at` is the
    tag's date in epoch seconds.
    """

    release: Release
    environment: str
    tag: str
    before: str
    seen: int
    told: dict[str, str]
    overridden: tuple[str, ...] = ()
    override: str | None = None
    demotable: bool = True
    at: int = 0

    @property
    def draft(self) -> Draft:
        """The tag without its number."""
        title = f"Roll {self.environment} back to {self.release.name}"
        return Draft(self.release.model, self.environment, self.release.commit, title)

    @property
    def note(self) -> dict[str, str]:
        """What recovery has to know where the tag alone does not decide."""
        if not self.tag:
            return {}
        marked = tags.mark(self.at, self.draft.title)
        return {"tag": self.tag, "tagged": self.release.commit, "marked": marked}

    def numbered(self, project: Project) -> "Return":
        """The same with a tag, under the model's next number and with its next date."""
        git, model = project.repo.git, self.release.model
        tag = self.draft.named(tags.next_number(git, model))
        return replace(self, tag=tag, at=tags.next_date(git, model))

    def renewed(self, project: Project) -> "Return":
        """The same with its number, for who holds the locks; refuses where another was faster."""
        promotions = tag_reading.read(project.repo.git, self.release.model).promotions
        last = newest(promotions, self.release.model, self.environment)
        if last is None or last.number != self.seen:
            raise MlvcError(
                f"what is in {self.environment} has changed meanwhile",
                "Look at `mlvc environments`, then run the rollback again.",
            )
        return self.numbered(project) if self.tag else self

    def write(self, project: Project) -> None:
        """Append the tag, if one is due; its date is above the model's others."""
        if self.tag:
            append(project, self.draft, self.tag, self.told, sign=False, at=self.at)

    def write_alone(self, project: Project) -> None:
        """The same where nothing else is changed.

        Journaled all the same: asked again after a kill, it must not go back a second time.
        """
        if not self.tag:
            return
        ref, new = f"refs/tags/{self.tag}", self.release.commit
        note = {"what": self.release.name, "ref": ref, "new": new}
        journal = Journal(os.urandom(6).hex(), note)
        try:
            journals.write(Places(project).journal, journal, project.root)
            self.write(project)
        finally:
            with undisturbed():
                settle(project)


def put_back(project: Project, back: Return) -> Return:
    """Append the tag and nothing else; raises `MlvcError`."""
    with appending(project):
        back = back.renewed(project)
        back.write_alone(project)
    return back
