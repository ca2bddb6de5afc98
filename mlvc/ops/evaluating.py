"""`mlvc eval`: run evaluators on releases, in isolated worktrees, once for each pair."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mlvc.domain.evaluation import Evaluation
from mlvc.domain.evaluator import Evaluator
from mlvc.errors import MlvcError
from mlvc.ops import scores
from mlvc.ops.evaluation_run import Run, model_object
from mlvc.ops.naming import Target
from mlvc.ops.project import Project
from mlvc.ops.recover import Places
from mlvc.registry import evaluations, worktrees
from mlvc.workspace.lock import locked

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Evaluated:
    """One row of an evaluation: `fresh` when it was run just now, `recorded` when it is kept."""

    label: str
    evaluator: str
    evaluation: Evaluation
    fresh: bool
    recorded: bool


@dataclass(frozen=True)
class By:
    """Whose evaluator is used: None for each release's own, `dirty` for the workspace's as it is."""

    target: Target | None = None
    dirty: bool = False


def evaluate(
    project: Project,
    targets: list[Target],
    by: By,
    *,
    trust: bool = False,
    progress: Progress = lambda _: None,
) -> tuple[Evaluated, ...]:
    """Evaluate each target. A stage that fails gives an ERROR row; the others go on."""
    pairs = [(target, by.target or target) for target in targets]
    judges = {b.commit: scores.evaluator_at(project, b.commit, t.model, b.label) for t, b in pairs}
    rows: list[Evaluated | None] = [
        None if by.dirty else _seen(project, t, b, judges[b.commit]) for t, b in pairs
    ]
    if None not in rows:
        return tuple(row for row in rows if row)
    if not trust:
        refuse_untrusted(project, [b for (_, b), row in zip(pairs, rows, strict=True) if not row])
    with _evaluating(project):
        for at, (target, base) in enumerate(pairs):
            if rows[at] is None:
                progress(f"evaluating {target.label} with the evaluator of {base.label}")
                rows[at] = _run(project, target, base, judges[base.commit], dirty=by.dirty)
    return tuple(row for row in rows if row)


def _run(
    project: Project, target: Target, base: Target, judge: Evaluator, *, dirty: bool
) -> Evaluated:
    made = Run(project, target, base, judge, dirty=dirty).evaluation()
    if not dirty:
        evaluations.record(project.repo.git, made)
    return Evaluated(target.label, base.label, made, fresh=True, recorded=not dirty)


def _seen(project: Project, target: Target, base: Target, judge: Evaluator) -> Evaluated | None:
    found = scores.recorded(project, model_object(project, target), judge.digest)
    return Evaluated(target.label, base.label, found, fresh=False, recorded=True) if found else None


def refuse_untrusted(project: Project, bases: list[Target]) -> None:
    """Refuse to run the code of a commit that no local branch or release leads to."""
    for base in bases:
        git = project.repo.git
        refs = ["refs/heads", *(f"refs/tags/{r.tag}" for r in project.releases)]
        known = project.repo.is_ancestor(base.commit, project.repo.head)
        if not known and not git.text(
            "for-each-ref", "--count=1", f"--contains={base.commit}", *refs
        ):
            raise MlvcError(
                f"{base.label} is on no local branch and in no release; evaluating runs its code",
                "If you trust it, say `--trust`.",
            )


@contextmanager
def _evaluating(project: Project) -> Iterator[None]:
    places = Places(project)
    with locked(places.private / "evaluating"):
        worktrees.prune(project.repo.git, places.worktrees)
        yield
