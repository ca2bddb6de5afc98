"""What `dvc repro` would have to do after a rollback."""

from mlvc.domain.plan import Plan
from mlvc.errors import MlvcError
from mlvc.ops.project import Project
from mlvc.ops.rollback.staging import make_executable
from mlvc.ops.standing import Standing
from mlvc.workspace.confine import confined


def stale(project: Project, plan: Plan, commit: str) -> tuple[str, ...]:
    """What is not up to date in the stages of a plan that was performed as `commit`.

    The rollback stands, whatever this finds.
    """
    try:
        restored = {change.path: change.new for change in plan.outputs}
        if Standing(project, project.snapshot(commit), restored).is_fresh(plan.stages):
            return ()
        found = project.store.stale(plan.stages)
    except MlvcError as error:
        return (f"? ({error.message})",)
    # DVC's look took the bit from objects, and so from their links: it protects what it checks.
    for change in plan.outputs:
        make_executable(project.prover, change, confined(project.root, change.path))
    return tuple(f"{stage}: {', '.join(what)}" for stage, what in found.items())
