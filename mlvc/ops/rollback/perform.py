"""Performing a proven plan: look, prove, and have it done as one transaction."""

from collections.abc import Mapping
from dataclasses import replace

from mlvc.domain.plan import Plan
from mlvc.ops.dvc_lock import dvc_locked
from mlvc.ops.project import Project
from mlvc.ops.recover import writing
from mlvc.ops.rollback import live as lives
from mlvc.ops.rollback import preflight
from mlvc.ops.rollback.attempt import Attempt, RolledBack
from mlvc.ops.rollback.standing import stale
from mlvc.registry import commits
from mlvc.workspace.beside import beside
from mlvc.workspace.census import Glimpse


def perform(
    project: Project, plan: Plan, *, branch: str | None = None, force: bool = False
) -> RolledBack:
    """Do what a plan says. It is done and durable, or nothing has changed.

    `branch` names a new branch for the commit; `force` saves uncommitted paths that are in the
    way. Raises `MlvcError`.
    """
    with writing(project):
        ref = preflight.branch_ref(project, plan, branch)
        commits.check_identity(project.repo.git)
        proven, live = _proven(project, plan)
        if plan.is_empty:
            lives.refuse_damaged(live, plan)
            return RolledBack(plan)
        if not force:
            lives.refuse(live)
        plan = _with_clean_lineage(project, plan, live)
        with dvc_locked(project.store):
            done = Attempt(project, plan, live, proven).surely(ref, switch=branch is not None)
        project.prover.save(project.root)
    return replace(done, stale=stale(project, plan, done.commit))


def _proven(project: Project, plan: Plan) -> tuple[preflight.Proven, lives.Live]:
    """What the plan restores, proven, and what is live."""

    def glimpse() -> Mapping[str, Glimpse]:
        return lives.glimpse(project, plan)

    with beside(glimpse, files=preflight.about(project, plan)) as glimpsed:
        proven = preflight.prove(project, plan)
        project.prover.rest()
        # Fetching takes its time, in which much may have been written.
        here = glimpse() if project.store.is_open else glimpsed()
    return proven, lives.look(project, plan, here)


def rehearse(
    project: Project, plan: Plan, *, branch: str | None = None, force: bool = False
) -> tuple[str, ...]:
    """Refuse what `perform` would refuse, short of proving objects; returns what it would save."""
    preflight.branch_ref(project, plan, branch)
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
    return replace(plan, edits={**again, **plan.edits})
