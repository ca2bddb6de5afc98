"""What the memo is made to believe: that an object which rotted is the one that was proven."""

from pathlib import Path

from mlvc.workspace.census import stamp
from mlvc.workspace.memo import Memo
from tests.project import Project


def believe_object(project: Project, file: Path) -> None:
    """Make the memo say that an object is what it was when it was proven."""
    memo = Memo(project.path / ".git/mlvc/memo.sqlite")
    digest = f"md5:{file.parent.name}{file.name}"
    proven = memo.proofs([digest])[digest]
    memo.prove({digest: proven._replace(stamp=stamp(file.lstat()))})
    memo.save([])
