"""One evaluator on one model, in a worktree of its own."""

import os
import secrets
import subprocess
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mlvc.artifacts import isolation, running
from mlvc.artifacts.outline import outline
from mlvc.domain import evaluation
from mlvc.domain.evaluation import Evaluation
from mlvc.domain.evaluator import Evaluator
from mlvc.errors import MlvcError
from mlvc.ops import metric_files, uncommitted
from mlvc.ops.materialise import materialise
from mlvc.ops.naming import Target
from mlvc.ops.project import Project
from mlvc.ops.recover import Places
from mlvc.ops.reproducing import differences
from mlvc.ops.scores import digest_by, model_object
from mlvc.registry import worktrees
from mlvc.registry.environment import scrubbed, without_secrets

Process = subprocess.Popen[bytes]

# What DVC prints around the output of a stage.
_ANNOUNCED = ("Running stage ", "> ")
_FAILED = "ERROR: failed to reproduce "


class Run:
    """One evaluator on one model, in a worktree of its own.

    `dirty` takes the evaluator as it lies in the workspace. Raises `MlvcError` where the target
    has no model.
    """

    def __init__(
        self, project: Project, target: Target, base: Target, judge: Evaluator, *, dirty: bool
    ) -> None:
        self.project, self.target, self.base, self.judge = project, target, base, judge
        self.dirty = dirty
        self.id = secrets.token_hex(8)
        self.places = Places(project)
        self.model_digest = model_object(project, target)
        self._evaluator_digest = digest_by(project, target, judge)

    @property
    def is_own(self) -> bool:
        """Whether the evaluator is that of the model's own commit."""
        return self.base.commit == self.target.commit and not self.dirty

    @property
    def pair(self) -> tuple[str, str]:
        """What it is about: two runs of one pair are the same."""
        return self.model_digest, self._evaluator_digest

    def evaluation(self) -> Generator[Process, None, Evaluation]:
        """Run it. Gives the process that is to be waited for, beside others.

        Go on when that has ended. What is thrown in ends it: a `MlvcError` becomes an evaluation
        with status ERROR, like any failure; `close` goes through.
        """
        began = time.time()
        metrics: Mapping[str, float] = {}
        outputs: Mapping[str, str] = {}
        error = ""
        try:
            with self._worktree() as tree:
                yield from self._run(tree)
                metrics = metric_files.written(tree, self.judge)
                outputs = _digests(tree, self.judge)
        except (MlvcError, OSError) as failed:
            metrics, error = {}, getattr(failed, "message", str(failed))
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
    def _worktree(self) -> Iterator[Path]:
        repo, prover = self.project.repo, self.project.prover
        with worktrees.worktree(repo.git, self.base.commit, self.places.worktrees / self.id) as top:
            tree = top / repo.prefix
            settings = self.project.store.settings()
            isolation.isolate(tree, settings, scm=not repo.names_its_worktree)
            if self.dirty:
                uncommitted.overlay(self.project, tree)
            used = materialise(self.project, self.judge, self.target, tree)
            yield tree
            untouched = prover.untouched(used)
        # The links that went with the worktree changed the objects' ctime, and nothing else.
        prover.restamp(untouched)
        prover.save()

    @property
    def log(self) -> Path:
        """Where all is that the stages print; it stays where they fail."""
        return self.places.private / "logs" / f"{self.id}.log"

    def _run(self, tree: Path) -> Iterator[Process]:
        env = without_secrets(scrubbed(os.environ))
        with running.begun(tree, self.judge.addresses, self.log, env) as child:
            yield child
            done = running.Run(child.wait(), self.log)
        if done.status:
            raise MlvcError(
                f"stage {', '.join(self.judge.addresses)} failed: {_last(done.tail)}"
                f" (all of it is in {done.log})"
            )
        self.log.unlink()

    def _reproduces(self, metrics: Mapping[str, float]) -> bool | None:
        if not self.is_own:
            return None
        found = differences(self.project, self.judge, self.target.model, metrics)
        return None if found is None else not found


def _last(text: str) -> str:
    """The last that a failed stage printed; where it is not to blame, what DVC says."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    verdicts = [at for at, line in enumerate(lines) if line.startswith(_FAILED)]
    said = lines[verdicts[-1]].removeprefix(_FAILED).partition(": ")[2] if verdicts else ""
    if said and "failed to run:" not in said:
        return said
    printed = lines[: verdicts[-1]] if verdicts else lines
    own = [line for line in printed if not line.startswith(_ANNOUNCED)]
    return (own or [said or "it printed nothing"])[-1]


def _digests(tree: Path, judge: Evaluator) -> dict[str, str]:
    """What the run wrote besides metrics, by digest: predictions, plots."""
    paths = {stage.file.removesuffix("dvc.yaml") + name for stage in judge.stages
             for name in ("dvc.yaml", "dvc.lock")}  # fmt: skip
    files = {p: (tree / p).read_bytes() for p in paths if (tree / p).is_file()}
    wanted = {out.path for stage in judge.stages for out in stage.outs if not out.metric}
    found = {o.path: o.digest for s in outline(files).stages for o in s.outs if o.path in wanted}
    return {path: digest for path, digest in found.items() if digest}
