"""Whose code may run: that of local branches and releases."""

from collections.abc import Iterable

from mlvc.errors import MlvcError
from mlvc.ops.naming import Target
from mlvc.ops.project import Project


def refuse_untrusted(project: Project, targets: Iterable[Target]) -> None:
    """Refuse what no local branch or release leads to: its code runs, and its model is loaded."""
    refs = ["refs/heads", *(f"refs/tags/{r.tag}" for r in project.releases)]
    git = project.repo.git
    for target in {target.commit: target for target in targets}.values():
        known = project.repo.is_ancestor(target.commit, project.repo.head)
        if not known and not git.text(
            "for-each-ref", "--count=1", f"--contains={target.commit}", *refs
        ):
            raise MlvcError(
                f"{target.label} is on no local branch and in no release; this runs code of that"
                " commit",
                "If you trust it, say `--trust`.",
            )
