"""One evaluator on one model, in a worktree of its own."""

import secrets
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mlvc.artifacts import isolation
from mlvc.artifacts.running import Process, Runner
from mlvc.domain import evaluation
from mlvc.domain.evaluation import Evaluation
from mlvc.domain.evaluator import Evaluator
from mlvc.errors import MlvcError
from mlvc.ops import evaluation_results, evaluators, uncommitted
from mlvc.ops.evaluation_results import why
from mlvc.ops.evaluators import By
from mlvc.ops.following import restamp, untouched
from mlvc.ops.materialise import materialise
from mlvc.ops.naming import Target
from mlvc.ops.places import Places
from mlvc.ops.project import Project
from mlvc.ops.reproducing import differences
from mlvc.ops.scores import Pair, digest_by, model_object
from mlvc.ops.workshop import Workshop
from mlvc.registry.worktrees import Pool


class Run:
    """One evaluator on one model, in a worktree of its own.

    With `afresh` nothing is taken from DVC's run cache. Raises `MlvcError` where the target has no
    model.
    """

    def __init__(
        self, project: Project, target: Target, by: By, judge: Evaluator, *, afresh: bool = False
    ) -> None:
        self.project, self.target, self.by, self.judge = project, target, by, judge
        self.base = by.base(target)
        self.id = secrets.token_hex(8)
        self.places = Places(project)
        self.model_digest = model_object(project, target)
        self._evaluator_digest = digest_by(project, target, judge)
        # Whether metrics come out again is found out by running.
        self._afresh = afresh or self.is_own

    @property
    def is_own(self) -> bool:
        """Whether the evaluator is that of the model's own commit."""
        return self.base.commit == self.target.commit and self.by.is_committed

    @property
    def pair(self) -> Pair:
        """What it is about: two runs of one pair are the same."""
        return self.model_digest, self._evaluator_digest

    def evaluation(self, shop: Workshop) -> Generator[Process, None, Evaluation]:
        """Run it. Gives the process that is to be waited for, beside others.

        Go on when that has ended. What is thrown in ends it: a `MlvcError` becomes an evaluation
        with status ERROR, like any failure; `close` goes through.
        """
        began = time.time()
        metrics: Mapping[str, float] = {}
        outputs: Mapping[str, str] = {}
        error = ""
        try:
            shop.runner.warm_up()
            with self._worktree(shop.pool) as tree:
                yield from self._run(shop.runner, tree)
                metrics, outputs = evaluation_results.read(tree, self.judge)
        except (MlvcError, OSError) as failed:
            metrics, error = {}, getattr(failed, "message", str(failed))
        return self.made(began, metrics, outputs, error)

    def made(
        self,
        began: float,
        metrics: Mapping[str, float],
        outputs: Mapping[str, str],
        error: str,
    ) -> Evaluation:
        """The evaluation of a run that began at that time, with status ERROR where it failed."""
        return Evaluation(
            id=self.id,
            at=began,
            model=self.target.model,
            model_digest=self.model_digest,
            release=self.target.release.name if self.target.release else None,
            evaluator_digest=self._evaluator_digest,
            evaluator_revision=self.base.commit,
            stages=self.judge.addresses,
            metrics=metrics,
            outputs=outputs,
            status=evaluation.ERROR if error else evaluation.OK,
            error=error,
            seconds=round(time.time() - began, 3),
            reproduces=None if error else self._reproduces(metrics),
        )

    @contextmanager
    def _worktree(self, pool: Pool) -> Iterator[Path]:
        repo, prover = self.project.repo, self.project.prover
        with pool.worktree(self.base.commit) as top:
            tree = top / repo.prefix
            settings = self.project.store.settings
            isolation.isolate(tree, settings, scm=not repo.names_its_worktree)
            if self.by.dirty:
                uncommitted.overlay(self.project, tree)
            evaluators.apply(tree, self.by.changes)
            used = materialise(self.project, self.judge, self.target, tree)
            yield tree
            proofs = untouched(prover, used)
        # The links that went with the worktree changed the objects' ctime, and nothing else.
        restamp(prover, proofs)
        prover.save()

    @property
    def log(self) -> Path:
        """Where all is that the stages print; it stays where they fail."""
        return self.places.private / "logs" / f"{self.id}.log"

    def _run(self, runner: Runner, tree: Path) -> Iterator[Process]:
        with runner.begun(tree, self.judge.addresses, self.log, afresh=self._afresh) as process:
            yield process
        if process.status:
            raise MlvcError(
                f"stage {', '.join(self.judge.addresses)} {why(process)}"
                f" (all of it is in {self.log})"
            )
        self.log.unlink()

    def _reproduces(self, metrics: Mapping[str, float]) -> bool | None:
        if not self.is_own:
            return None
        found = differences(self.project, self.judge, self.target.model, metrics)
        return None if found is None else not found
