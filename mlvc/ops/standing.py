"""Whether stages are as `dvc.lock` says: seen here where it can be, else DVC is asked.

DVC takes a quarter of a second to be opened and to look. Most stages of a commit are plainly as
their lock says; this never says so where it is not sure.
"""

import os
import stat
from collections.abc import Collection, Iterable, Mapping
from pathlib import PurePosixPath

from mlvc.artifacts.state import Known, says
from mlvc.domain.pipeline import Dependency, Output, Stage
from mlvc.domain.snapshot import Snapshot
from mlvc.errors import MlvcError
from mlvc.ops.project import Project
from mlvc.ops.reading import is_named
from mlvc.workspace.confine import confined

IGNORE = ".dvcignore"
"""The file that says what DVC passes over."""
_SMALL = 1 << 20  # bytes; larger files are hashed by DVC, which remembers them


class Standing:
    """The stages of a commit that is checked out, beside what lies in the workspace.

    `restored` are the digests of outputs that were just brought there, by path.
    """

    def __init__(
        self, project: Project, snapshot: Snapshot, restored: Mapping[str, str | None]
    ) -> None:
        self._project, self._snapshot, self._restored = project, snapshot, restored

    def is_fresh(self, addresses: Collection[str]) -> bool:
        """Whether every stage of these addresses is surely as its lock says."""
        stages = [s for s in self._snapshot.pipeline.stages if s.address in addresses]
        return not self._ignores(stages) and all(map(self._is_locked, stages))

    def _ignores(self, stages: Iterable[Stage]) -> bool:
        """Whether a `.dvcignore` says anything: which paths it means is DVC's to say."""
        tree = self._project.tree(self._snapshot.commit)
        found = {path for path in tree if path.split("/")[-1] == IGNORE}
        paths = [dep.path for stage in stages for dep in stage.deps]
        paths += [out.path for stage in stages for out in stage.outs]
        found |= {f"{folder}/{IGNORE}" for path in paths for folder in PurePosixPath(path).parents}
        lines = [line.strip() for path in found for line in self._lines(path)]
        return any(line and not line.startswith(b"#") for line in lines)

    def _lines(self, path: str) -> list[bytes]:
        try:
            return (self._project.root / path).read_bytes().splitlines()
        except OSError:
            return []

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
        return self._holds(dep.path, dep.digest)

    def _is_as_written(self, out: Output) -> bool:
        if out.external or out.digest is None:
            return False
        missing = out.cached and self._project.store.cache.missing([out.digest])
        return self._holds(out.path, out.digest) and not missing

    def _holds(self, path: str, digest: str) -> bool:
        if path in self._restored:
            return self._restored[path] == digest
        try:
            live = confined(self._project.root, path)
            status = os.lstat(live)
        except (MlvcError, OSError):
            return False
        if not stat.S_ISREG(status.st_mode):
            return False
        if status.st_size <= _SMALL:
            return is_named(live, digest)
        state, where = self._project.store.state, str(live.absolute())
        known = Known(where, digest, status.st_ino, status.st_size, status.st_mtime_ns)
        return state is not None and says(state, known)
