"""What all verbs share: where they work and how they speak."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mlvc.errors import Exit, MlvcError

if TYPE_CHECKING:
    from mlvc.ops.project import Project


class Session(NamedTuple):
    """The global options."""

    directory: Path
    quiet: bool = False
    verbose: bool = False

    @property
    def folder(self) -> Path:
        """The folder to work in; raises `MlvcError` where there is none."""
        if not self.directory.is_dir():
            raise MlvcError(
                f"{self.directory} is not a folder", "Name a folder after -C.", Exit.USAGE
            )
        return self.directory.resolve()

    def project(self) -> "Project":
        """The project of that folder."""
        from mlvc.cli.resumed import tell
        from mlvc.ops.project import Project

        project = Project.find(self.folder)
        project.tell_recovered = partial(tell, self.say)
        return project

    def project_with_tags(self) -> "Project":
        """The same for a verb that reads all tags: git begins before what reads them is loaded."""
        from mlvc.registry.streams import tags_ahead

        folder = self.folder
        tags = tags_ahead(folder)
        from mlvc.ops.project import Project

        return Project.find(folder, tags)

    def project_or_elsewhere(self) -> "Project":
        """The same for a verb that takes `--repo`, which is told where there is none."""
        try:
            return self.project()
        except MlvcError as error:
            if error.code != Exit.NOT_A_REPOSITORY:
                raise
            hint = f"{error.hint} Or name another one: `--repo URL`."
            raise MlvcError(error.message, hint, error.code) from error

    def say(self, text: str) -> None:
        """Tell people, not programs: on stderr, unless they want quiet."""
        if not self.quiet:
            print(text, file=sys.stderr, flush=True)

    def warn(self, project: "Project") -> None:
        """Tell what was read around: tags that are no releases, history that is not here."""
        for problem in project.problems_met:
            self.say(f"ignored: {problem}")
        if project.repo.is_shallow:
            self.say(
                "this clone is shallow, so older releases and rollbacks may be missing:"
                " `git fetch --unshallow --tags`"
            )

    def agree(self, why: str, question: str, hint: str) -> None:
        """Ask for consent, having said why; where nobody can answer, refuse with `hint`."""
        if sys.stdin.isatty() and sys.stderr.isatty():
            print(f"{why}; {question} [y/N] ", file=sys.stderr, end="", flush=True)
            if sys.stdin.readline().strip().lower() in ("y", "yes"):
                return
            raise MlvcError("not done: you did not agree")
        raise MlvcError(why, hint)
