"""Whose evaluator judges: each release's own, a revision's, or the workspace's as it lies."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mlvc.artifacts.documents import plain
from mlvc.artifacts.parameters import assigned
from mlvc.domain.change import Change, split
from mlvc.domain.evaluator import Evaluator
from mlvc.domain.snapshot import Snapshot
from mlvc.errors import Exit, MlvcError, naming
from mlvc.ops import uncommitted
from mlvc.ops.naming import Target
from mlvc.ops.project import Project
from mlvc.ops.scores import evaluator_of
from mlvc.registry.trees import blobs, identities
from mlvc.workspace.confine import confined

Files = dict[str, str | bytes]
"""By path the id of a blob, or the content itself."""


@dataclass(frozen=True)
class By:
    """Whose evaluator is used, and which.

    `bases` are its revisions, one for each model; with none each target is judged by its own.
    `dirty` takes the workspace as it lies. `stages` are run instead of those that are configured,
    with other parameters where there are `changes`.
    """

    bases: tuple[Target, ...] = ()
    dirty: bool = False
    stages: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()

    def base(self, target: Target) -> Target:
        """Where the evaluator of a target comes from."""
        return next((base for base in self.bases if base.model == target.model), target)

    def label(self, base: Target) -> str:
        """What to call it."""
        said = ", ".join(map(str, self.changes))
        return f"{base.label} with {said}" if said else base.label

    @property
    def is_committed(self) -> bool:
        """Whether it is that of a commit: only what such a one says is recorded."""
        return not self.dirty and not self.changes


class Judges:
    """Evaluators, each made once: many releases are evaluated by one."""

    def __init__(self, project: Project, by: By) -> None:
        self._project, self._by = project, by
        self._made: dict[tuple[str, str], Evaluator] = {}

    def of(self, base: Target) -> Evaluator:
        """That of a revision, or as it lies in the workspace. Raises `MlvcError`."""
        key = base.commit, base.model
        if key not in self._made:
            self._made[key] = self._make(base)
        return self._made[key]

    def _make(self, base: Target) -> Evaluator:
        if self._by.is_committed:  # which others ask for, too
            return self._of(base, self._project.snapshot(base.commit))
        files, known = self._files(base)
        made = self._evaluator(base, files, known)
        for change in self._by.changes:
            files[change.file] = assigned(self._read(files, change, base), change)
            known[change.file] = "changed"
            before, made = made, self._evaluator(base, files, known)
            if made.digest == before.digest:
                raise MlvcError(
                    f"{change} changes nothing for {', '.join(made.addresses)}",
                    "It has that value already, or no stage of the evaluator reads it.",
                    Exit.USAGE,
                )
        return made

    def _files(self, base: Target) -> tuple[Files, dict[str, str]]:
        """What defines the stages, and what identifies each file."""
        if self._by.dirty:
            return uncommitted.files(self._project)
        tree = self._project.tree(base.commit)
        return {**blobs(tree)}, dict(identities(tree))

    def _read(self, files: Files, change: Change, base: Target) -> bytes:
        found = files.get(change.file)
        if found is None:
            raise MlvcError(
                f"{base.label} has no file {change.file}",
                "Say which: `--set FILE:KEY=VALUE`.",
                Exit.USAGE,
            )
        return found if isinstance(found, bytes) else self._project.repo.blobs([found])[found]

    def _evaluator(self, base: Target, files: Files, known: Mapping[str, str]) -> Evaluator:
        pipeline = self._project.resolver.resolve(files, self._label(base))
        return self._of(base, Snapshot(base.commit, pipeline, dict(known)))

    def _of(self, base: Target, snapshot: Snapshot) -> Evaluator:
        by = self._by
        settings = self._project.settings(None if by.dirty else base.commit)
        return evaluator_of(snapshot, base.model, self._label(base), settings, by.stages)

    def _label(self, base: Target) -> str:
        return "the workspace" if self._by.dirty else base.label


def apply(tree: Path, changes: tuple[Change, ...]) -> None:
    """Change the parameters in a worktree, too."""
    for change in changes:
        file = confined(tree, change.file)
        with naming(file):
            file.write_bytes(assigned(file.read_bytes(), change))


def changes(texts: Iterable[str]) -> tuple[Change, ...]:
    """What `--set` was told; raises `MlvcError` (USAGE)."""
    return tuple(_change(text) for text in texts)


def _change(text: str) -> Change:
    file, key, value = split(text)
    found = plain(value.encode())
    if found is None and value not in {"", "null", "~"}:
        raise MlvcError(f"{value!r} is no value in YAML", "Such as 0.3 or [1, 2].", Exit.USAGE)
    return Change(file, key, found)
