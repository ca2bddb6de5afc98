"""What `dvc repro` would have to do after a rollback: seen here where it can be, else DVC is asked.

DVC takes half a second to be opened and to look. Most restored stages are plainly as their lock
says, since just that was restored and proven; this never says so where it is not sure.
"""

import os
import stat

from mlvc.domain.pipeline import Dependency, Output, Stage
from mlvc.domain.plan import Plan
from mlvc.domain.snapshot import Snapshot
from mlvc.errors import MlvcError
from mlvc.ops.project import Project
from mlvc.ops.reading import is_named
from mlvc.ops.rollback.staging import make_executable
from mlvc.workspace.confine import confined

_SMALL = 1 << 20  # bytes; larger files are hashed by DVC, which remembers them


def stale(project: Project, plan: Plan, commit: str) -> tuple[str, ...]:
    """What is not up to date in the stages of a plan that was performed as `commit`.

    The rollback stands, whatever this finds.
    """
    try:
        if _Standing(project, plan, project.snapshot(commit)).is_fresh():
            return ()
        found = project.store.stale(plan.stages)
    except MlvcError as error:
        return (f"? ({error.message})",)
    # DVC's look took the bit from objects, and so from their links: it protects what it checks.
    for change in plan.outputs:
        make_executable(project.prover, change, confined(project.root, change.path))
    return tuple(f"{stage}: {', '.join(what)}" for stage, what in found.items())


class _Standing:
    """The restored stages, beside what lies in the workspace."""

    def __init__(self, project: Project, plan: Plan, snapshot: Snapshot) -> None:
        self._project, self._snapshot = project, snapshot
        self._addresses = set(plan.stages)
        self._restored = {c.path: c.new for c in plan.outputs}

    def is_fresh(self) -> bool:
        """Whether every stage is surely as its lock says."""
        stages = [s for s in self._snapshot.pipeline.stages if s.address in self._addresses]
        return not self._ignores() and all(map(self._is_locked, stages))

    def _ignores(self) -> bool:
        """Whether a `.dvcignore` says anything: which paths it means is DVC's to say."""
        tree = self._project.tree(self._snapshot.commit)
        paths = [path for path in tree if path.split("/")[-1] == ".dvcignore"]
        texts = self._project.read(self._snapshot.commit, paths).values()
        lines = [line.strip() for text in texts for line in text.splitlines()]
        return any(line and not line.startswith(b"#") for line in lines)

    def _is_locked(self, stage: Stage) -> bool:
        deps = () if stage.frozen else stage.deps
        return (
            stage.locked
            and all(self._is_as_read(dep) for dep in deps)
            and all(self._is_as_written(out) for out in stage.outs)
        )

    def _is_as_read(self, dep: Dependency) -> bool:
        if dep.external or dep.digest is None:
            return False
        out = self._snapshot.pipeline.output(dep.path)
        if out is None or not out.cached:
            return self._holds(dep.path, dep.digest)
        return self._restored.get(dep.path) == dep.digest

    def _is_as_written(self, out: Output) -> bool:
        if out.external or out.digest is None:
            return False
        if not out.cached:
            return self._holds(out.path, out.digest)
        missing = self._project.store.cache.missing([out.digest])
        return self._restored.get(out.path) == out.digest and not missing

    def _holds(self, path: str, digest: str) -> bool:
        live = confined(self._project.root, path)
        try:
            status = os.lstat(live)
        except OSError:
            return False
        if not stat.S_ISREG(status.st_mode) or status.st_size > _SMALL:
            return False
        return is_named(live, digest)
