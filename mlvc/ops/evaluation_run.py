"""One evaluator on one model, in a worktree of its own."""

import math
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path

from mlvc.artifacts import isolation, running
from mlvc.artifacts.outline import outline
from mlvc.domain import evaluation
from mlvc.domain.evaluation import Evaluation
from mlvc.domain.evaluator import Evaluator
from mlvc.errors import MlvcError
from mlvc.ops import scores
from mlvc.ops.materialise import materialise, overlay_workspace
from mlvc.ops.naming import Target
from mlvc.ops.project import Project
from mlvc.ops.recover import Places
from mlvc.registry import worktrees
from mlvc.registry.environment import scrubbed, without_secrets


class Run:
    """One evaluator on one model, in a worktree of its own.

    `dirty` takes the evaluator as it lies in the workspace.
    """

    def __init__(
        self, project: Project, target: Target, base: Target, judge: Evaluator, *, dirty: bool
    ) -> None:
        self.project, self.target, self.base, self.judge = project, target, base, judge
        self.dirty = dirty
        self.id = secrets.token_hex(8)
        self.places = Places(project)

    def evaluation(self) -> Evaluation:
        """Run it; a failure is an evaluation with status ERROR, an interrupt goes through."""
        began = time.time()
        metrics: Mapping[str, float] = {}
        outputs: Mapping[str, str] = {}
        error, reproduces = "", None
        try:
            with self._worktree() as tree:
                self._run(tree)
                metrics = scores.written(tree, self.judge)
                outputs = _digests(tree, self.judge)
            if self.base.commit == self.target.commit and not self.dirty:
                reproduces = self._reproduces(metrics)
        except MlvcError as failed:
            metrics, error = {}, failed.message
        return Evaluation(
            id=self.id,
            at=began,
            model=self.target.model,
            model_digest=model_object(self.project, self.target),
            release=self.target.release.name if self.target.release else None,
            evaluator_digest=self.judge.digest,
            evaluator_revision=self.base.commit,
            stages=self.judge.addresses,
            metrics=metrics,
            outputs=outputs,
            status=evaluation.ERROR if error else evaluation.OK,
            error=error,
            seconds=round(time.time() - began, 3),
            reproduces=reproduces,
        )

    @contextmanager
    def _worktree(self) -> Iterator[Path]:
        repo = self.project.repo
        with worktrees.worktree(repo.git, self.base.commit, self.places.worktrees / self.id) as top:
            tree = top / repo.prefix
            isolation.isolate(tree, self.project.store.settings())
            if self.dirty:
                overlay_workspace(self.project, tree)
            materialise(self.project, self.judge, self.target, tree)
            yield tree

    def _run(self, tree: Path) -> None:
        log = self.places.private / "logs" / f"{self.id}.log"
        own = self.base.commit == self.target.commit
        env = without_secrets(scrubbed(os.environ))
        done = running.repro(tree, self.judge.addresses, log, env, again=own or self.dirty)
        if done.status:
            raise MlvcError(
                f"stage {', '.join(self.judge.addresses)} failed: {_last(done.tail)}"
                f" (all of it is in {done.log})"
            )
        log.unlink()

    def _reproduces(self, metrics: Mapping[str, float]) -> bool | None:
        try:
            before = scores.committed(self.project, self.judge)
        except MlvcError:
            return None
        volatile = self.project.settings(self.base.commit).for_model(self.target.model)
        skipped = volatile.evaluation.volatile
        names = {
            name
            for name in before.keys() | metrics.keys()
            if not any(fnmatch(name, pattern) for pattern in skipped)
        }
        return all(
            name in before and name in metrics and math.isclose(before[name], metrics[name])
            for name in names
        )


def model_object(project: Project, target: Target) -> str:
    """What identifies the target's model; raises `MlvcError` where there is none."""
    found = project.object_at(target.commit, target.model)
    if found is None:
        raise MlvcError(
            f"at {target.label} there is no model {target.model}", "`mlvc list` shows releases."
        )
    # Git's ids carry a mode where it is unusual; the content is the same.
    return ":".join(found.split(":")[:2])


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    blamed = [line for line in lines if not line.startswith("ERROR: failed to reproduce")]
    return (blamed or lines or ["it printed nothing"])[-1]


def _digests(tree: Path, judge: Evaluator) -> dict[str, str]:
    """What the run wrote besides metrics, by digest: predictions, plots."""
    paths = {stage.file.removesuffix("dvc.yaml") + name for stage in judge.stages
             for name in ("dvc.yaml", "dvc.lock")}  # fmt: skip
    files = {p: (tree / p).read_bytes() for p in paths if (tree / p).is_file()}
    wanted = {out.path for stage in judge.stages for out in stage.outs if not out.metric}
    found = {o.path: o.digest for s in outline(files).stages for o in s.outs if o.path in wanted}
    return {path: digest for path, digest in found.items() if digest}
