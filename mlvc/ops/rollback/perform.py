"""Performing a proven plan: look, prove, and have it done as one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from mlvc.domain.plan import Plan
from mlvc.ops.dvc_lock import dvc_locked
from mlvc.ops.lacking import restoring
from mlvc.ops.project import Project
from mlvc.ops.recover import writing
from mlvc.ops.rollback import live as lives
from mlvc.ops.rollback import preflight
from mlvc.ops.rollback.attempt import Attempt, RolledBack
from mlvc.ops.rollback.standing import stale
from mlvc.registry import commits
from mlvc.workspace.beside import beside

if TYPE_CHECKING:
    from mlvc.ops.promoting import Return


def perform(
    project: Project,
    plan: Plan,
    *,
    branch: str | None = None,
    force: bool = False,
    back: "Return | None" = None,
) -> RolledBack:
    """Do what a plan says. It is done and durable, or nothing has changed.

    `branch` names a new branch for the commit; `force` saves uncommitted paths that are in the
    way; `back` is a promotion to append with the commit. Raises `MlvcError`.
    """
    with restoring(plan.record.target), _locked(project, back) as due:
        ref, proven, live = _proven(project, plan, branch)
        if plan.is_empty:
            lives.refuse_damaged(live, plan)
            if due:
                due.write_alone(project)
            return RolledBack(plan, back=due)
        if not force:
            lives.refuse(live)
        plan = _with_clean_lineage(project, plan, live)
        with dvc_locked(project.store):
            attempt = Attempt(project, plan, live, proven, due)
            done = attempt.surely(ref, switch=branch is not None)
        with suppress(OSError):  # the commit stands, whatever is remembered
            project.prover.save(project.root)
    return done._replace(stale=stale(project, plan, done.commit))


@contextmanager
def _locked(project: Project, back: "Return | None") -> Iterator["Return | None"]:
    """Hold the locks that it takes; gives the promotion with the number that it gets."""
    if back is None:
        with writing(project):
            yield None
        return
    from mlvc.ops.promoting.appending import appending

    with appending(project):
        yield back.renewed(project)


def _proven(
    project: Project, plan: Plan, branch: str | None
) -> tuple[str, preflight.Proven, lives.Live]:
    """The branch that the commit is for, what the plan restores, proven, and what is live."""
    glimpse = partial(lives.glimpse, project, plan)
    ref = _ref(project, plan, branch)
    with beside(glimpse, files=preflight.about(project, plan)) as glimpsed:
        proven = preflight.prove(project, plan)
        project.prover.rest()
        # Fetching takes its time, in which much may have been written.
        here = glimpse() if project.store.is_open else glimpsed()
    return ref, proven, lives.look(project, plan, here)


def _ref(project: Project, plan: Plan, branch: str | None) -> str:
    """The branch that the commit is for; refuses where there can be none, or no commit."""
    ref = preflight.branch_ref(project, plan, branch)
    commits.check_identity(project.repo.git)
    return ref


def rehearse(
    project: Project, plan: Plan, *, branch: str | None = None, force: bool = False
) -> tuple[str, ...]:
    """Refuse what `perform` would refuse, short of proving objects; returns what it would save."""
    _ref(project, plan, branch)
    with restoring(plan.record.target):
        preflight.refuse_missing(project, plan)
    live = lives.look(project, plan, lives.glimpse(project, plan))
    if plan.is_empty:
        lives.refuse_damaged(live, plan)
        return ()
    if not force:
        lives.refuse(live)
    return live.in_the_way


def _with_clean_lineage(project: Project, plan: Plan, live: lives.Live) -> Plan:
    """The plan that also takes back uncommitted changes of files that are the same in both."""
    tree = project.tree(plan.head)
    again = {path: tree[path] for path in live.in_the_way if path in tree}
    return plan._replace(edits={**again, **plan.edits})
