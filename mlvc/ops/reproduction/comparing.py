"""What a stage wrote, beside what the revision has of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mlvc.artifacts.objects import split
from mlvc.artifacts.outline import locked_digests
from mlvc.domain.pipeline import Output, Stage
from mlvc.domain.reproduction import (
    DIFFERENT,
    IDENTICAL,
    VOLATILE,
    OutputReproduced,
    StageReproduced,
)
from mlvc.errors import Exit, MlvcError
from mlvc.ops.naming import Target
from mlvc.ops.project import Project
from mlvc.ops.reproducing import steady
from mlvc.ops.reproduction.explaining import Files, explain, files_of
from mlvc.ops.reproduction.flattening import flat, key
from mlvc.ops.reproduction.tree import recorded

_GONE = "it has another digest; the cache does not have what was recorded, to say where it differs"


@dataclass(frozen=True)
class Comparer:
    """Compares what the stages of a revision wrote in a worktree."""

    project: Project
    target: Target
    tree: Path

    def stage(self, stage: Stage, seconds: float) -> StageReproduced:
        """A stage that has just run."""
        lock = self.tree / PurePosixPath(stage.file).with_name("dvc.lock")
        read, wrote = locked_digests(lock.read_bytes(), stage)
        return StageReproduced(
            stage=stage.address,
            seconds=round(seconds, 3),
            outputs=tuple(self._output(out, wrote.get(out.path)) for out in stage.outs),
            inputs=tuple(
                dep.path for dep in stage.deps if not _same(dep.digest, read.get(dep.path))
            ),
            recipe_differs=not stage.locked,
            persistent=tuple(out.path for out in stage.outs if out.persist),
        )

    def _output(self, out: Output, now: str | None) -> OutputReproduced:
        kept = None if out.cached else recorded(self.tree, out.path)
        if kept is None and out.digest and now and _same(out.digest, now):
            return OutputReproduced(out.path, IDENTICAL, out.digest, now)
        new = files_of(self.tree / out.path)
        try:
            old = files_of(kept) if kept else self._object(out)
        except MlvcError as error:
            what = _GONE if error.code == Exit.MISSING else error.message
            return OutputReproduced(out.path, DIFFERENT, out.digest, now, what)
        what = explain(out.path, old, new)
        status = DIFFERENT if what else IDENTICAL
        if what and out.metric and self._is_volatile(out, old, new):
            status = VOLATILE
        return OutputReproduced(out.path, status, out.digest, now, what)

    def _object(self, out: Output) -> Files:
        """The files that were recorded, as far as the cache has them: nothing is fetched for it."""
        if out.digest is None:
            raise MlvcError("dvc.lock has no record of it")
        cache = self.project.store.cache
        found = self.project.prover.proven(out.digest, out.path)
        return {name: cache.path(digest) for name, digest in found.files.items()}

    def _is_volatile(self, out: Output, old: Files, new: Files) -> bool:
        """Whether nothing but volatile metrics differs."""
        if not (old.keys() == new.keys() == {""}):
            return False
        before, after = flat(out.path, old[""]), flat(out.path, new[""])
        if before is None or after is None or not key(before, after):
            return False
        names = steady(self.project, self.target.model, {*before, *after}, self.target.commit)
        return _values(before, names) == _values(after, names)


def _same(recorded: str | None, now: str | None) -> bool:
    # DVC 2 hashed texts with their line ends normalised: what it recorded says no more than that.
    return recorded is None or now is None or split(recorded)[1] == split(now)[1]


def _values(document: dict[str, object], names: Iterable[str]) -> list[str]:
    return [repr(document.get(name, ...)) for name in names]
