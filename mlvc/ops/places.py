"""Where mlvc keeps what is its own in a project."""

from pathlib import Path
from typing import NamedTuple

from mlvc.ops.kept import KINDS, Kept
from mlvc.ops.project import Project
from mlvc.workspace.confine import confined


class Places(NamedTuple):
    """Where a project keeps what is disposable."""

    project: Project

    @property
    def private(self) -> Path:
        """The folder of this worktree in `.git`."""
        return self.project.repo.git_dir / "mlvc"

    @property
    def journal(self) -> Path:
        """What a transaction is about to do."""
        # Not below `.dvc`, where a repository could bring one along.
        return self.private / "journal.json"

    @property
    def mark(self) -> Path:
        """There while a verb is writing, and after it was killed."""
        return self.private / "at-work"

    @property
    def evaluating(self) -> Path:
        """The same of an evaluation, which runs beside others."""
        return self.private / "evaluating.at-work"

    @property
    def homes(self) -> Path:
        """Staged content; each transaction has a folder of its own."""
        return self._own("staged")

    @property
    def kept(self) -> Kept:
        """Whole trees that a rollback can swap in."""
        for kind in KINDS:
            self._own(f"kept/{kind}")
        return Kept(self._own("kept"))

    @property
    def worktrees(self) -> Path:
        """Checkouts of evaluations."""
        return self._own("worktrees")

    @property
    def saved(self) -> Path:
        """Bytes of the user's that were in the way."""
        return self.private / "saved"

    def _own(self, name: str) -> Path:
        # A repository may bring a link along, which leads out of it: `MlvcError`.
        return confined(self.project.root, f".dvc/tmp/mlvc/{name}/any", own=True).parent
