"""The edits that put one model's lineage, artifact or tree of an old commit into HEAD's tree."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from mlvc.artifacts import documents, parameters, splicing
from mlvc.domain.lineage import Lineage
from mlvc.domain.pipeline import Stage, inside
from mlvc.domain.plan import Entry
from mlvc.domain.snapshot import SETTINGS, Snapshot
from mlvc.errors import MlvcError
from mlvc.ops.project import Project
from mlvc.ops.rollback.replaced import all_stages, dropped, gone

Edits = dict[str, Entry | bytes | None]
# What DVC escapes in a .gitignore: pathspec's `GitWildMatchPattern.escape`.
_ESCAPES = str.maketrans({char: f"\\{char}" for char in "\\[]!*#?"})


class Splice:
    """Collects the edits that take `old` stages into `head`'s tree and drop what they replace."""

    def __init__(
        self,
        project: Project,
        head: Snapshot,
        old: Snapshot,
        before: list[Lineage],
        line: list[Lineage],
    ) -> None:
        self.head, self.old, self.line = head, old, line
        self.stages = all_stages(line)
        self.dropped = dropped(head, old, before, self.stages)
        self.gone = gone(head, self.dropped, self.stages)
        self.edits: Edits = {}
        self._project = project

    def collect(self, *, variables: bool) -> Edits:
        """All edits; `variables` also takes the old `vars:` of each dvc.yaml."""
        self.edits = {}
        for path in sorted({s.file for s in (*self.stages, *self.dropped) if not s.is_data}):
            self._pipeline(path, variables=variables)
        for path in sorted({one.artifact.file for one in self.line} - self.edits.keys()):
            self._pipeline(path, variables=False)
        for stage in self.stages:
            self._inputs(stage)
            self._tracked_outputs(stage)
        self._git_alone()
        self._parameters()
        for out in self.gone:
            self._take(self._tracked(self.head, out.path), self._tracked(self.old, out.path))
        for stage in self.dropped:
            if stage.is_data:
                self._set(stage.file, None)
        self._ignores()
        return self.edits

    def _pipeline(self, path: str, *, variables: bool) -> None:
        taken = [s for s in self.stages if s.file == path and not s.is_data]
        leaving = [s for s in self.dropped if s.file == path and not s.is_data]
        take = splicing.Take(
            keys=frozenset(s.key for s in taken),
            dropped=frozenset(s.key for s in leaving if not self._shares_key(s)),
            locked=frozenset(s.name for s in taken),
            unlocked=frozenset(s.name for s in leaving),
            artifacts=frozenset(a.artifact.name for a in self.line if a.artifact.file == path),
            whole=frozenset(s.name for s in taken if s.whole),
            variables=variables,
        )
        lock = str(PurePosixPath(path).with_name("dvc.lock"))
        head, old = self._texts(path)
        self._set(path, splicing.pipeline(head, old, take, path))
        head, old = self._texts(lock)
        self._set(lock, splicing.lock(head, old, take, lock, self._settings()))

    def _shares_key(self, stage: Stage) -> bool:
        """Whether another stage that stays was generated from the same entry."""
        return any(
            s.file == stage.file and s.key == stage.key and s not in self.dropped
            for s in self.head.pipeline.stages
        )

    def _inputs(self, stage: Stage) -> None:
        if stage.is_data:
            self._take([stage.file], self._tracked(self.old, stage.file))
        for dep in stage.deps:
            there = self._tracked(self.old, dep.path)
            # What Git did not have then may be anywhere; what it has now stays.
            if there and not dep.external and self.old.pipeline.output(dep.path) is None:
                self._take(self._tracked(self.head, dep.path), there)

    def _tracked_outputs(self, stage: Stage) -> None:
        """Outputs that Git has, in the old tree or, of those that DVC had then, only at HEAD."""
        for out in stage.outs:
            self._take(self._tracked(self.head, out.path), self._tracked(self.old, out.path))

    def _git_alone(self) -> None:
        for one in self.line:
            if one.producer is None:
                path = one.artifact.path
                self._take(self._tracked(self.head, path), self._tracked(self.old, path))

    def _parameters(self) -> None:
        keys: dict[str, set[str]] = {}
        whole = {file for stage in self.stages for file in stage.whole}
        for stage in self.stages:
            for file, values in stage.params.items():
                keys.setdefault(file, set()).update(values)
            for file, names in self._interpolated(stage):
                keys.setdefault(file, set()).update(names)
        for file, names in keys.items():
            head, old = self._texts(file)
            if PurePosixPath(file).suffix not in (".yaml", ".yml"):
                new = parameters.spliced(head, old, names, file) if head and old else None
                if new is None or file in whole:
                    self._take([file], self._tracked(self.old, file))
                else:
                    self._set(file, new)
            elif file in whole:
                self._set(file, splicing.whole_parameters(head, old, file))
            else:
                self._set(file, splicing.parameters(head, old, names, file))

    def _interpolated(self, stage: Stage) -> Iterable[tuple[str, set[str]]]:
        """The `${…}` of a stage's definition, by the files that may hold them."""
        _, old = self._texts(stage.file)
        names = splicing.variables(old, [stage.key], stage.file) if not stage.is_data else set()
        folder = PurePosixPath(stage.file).parent
        listed = documents.plain(old) if names else None
        files = [v.split(":")[0] for v in (listed or {}).get("vars") or () if isinstance(v, str)]
        for file in ("params.yaml", *files):
            path = str(folder / file)
            document = documents.plain(self._texts(path)[1])
            found = {name for name in names if documents.get(document, name)[0]}
            if found:
                yield path, found

    def _ignores(self) -> None:
        """Outputs that come or go: `.gitignore` follows, as DVC itself would have it."""
        now = {out.path for s in self.stages for out in s.outs if out.cached}
        was = {out.path for s in self.head.pipeline.stages for out in s.outs if out.cached}
        left = {out.path for out in self.gone if out.cached} - now
        for path in sorted((now - was) | left):
            file = str(PurePosixPath(path).parent / ".gitignore")
            lines = self._now(file).decode("utf-8", "surrogateescape").splitlines()
            name = f"/{PurePosixPath(path).name.translate(_ESCAPES)}"
            lines = [line for line in lines if line != name] + ([name] if path in now else [])
            text = "".join(f"{line}\n" for line in lines)
            self._set(file, text.encode("utf-8", "surrogateescape") or None)

    def keeps_settings(self) -> bool:
        """Whether mlvc's own settings stay as they are."""
        document = documents.plain(self._now("params.yaml"))
        found = document.get(SETTINGS) if isinstance(document, dict) else None
        return bool(found == self._settings())

    def _now(self, path: str) -> bytes:
        """A file with the edits so far."""
        edit = self.edits.get(path, self._texts(path)[0])
        if edit is None or isinstance(edit, bytes):
            return edit or b""
        return self._project.repo.blobs([edit.id])[edit.id]

    def _settings(self) -> object:
        document = documents.plain(self._texts("params.yaml")[0])
        return document.get(SETTINGS) if isinstance(document, dict) else None

    def _texts(self, path: str) -> tuple[bytes | None, bytes | None]:
        head = self._project.read(self.head.commit, [path]).get(path)
        return head, self._project.read(self.old.commit, [path]).get(path)

    def _tracked(self, snapshot: Snapshot, path: str) -> dict[str, Entry]:
        tree = self._project.tree(snapshot.commit)
        if path in tree:
            return {path: tree[path]}
        return {p: entry for p, entry in tree.items() if inside(p, path)}

    def _take(self, here: Iterable[str], there: dict[str, Entry]) -> None:
        """Make the paths `here` those of `there`: delete what is not, restore what is."""
        tree = self._project.tree(self.head.commit)
        for path in here:
            if path not in there and path in tree:
                self.edits[path] = None
        for path, entry in there.items():
            if entry.mode == "160000" and tree.get(path) != entry:
                raise MlvcError(
                    f"{path} is a submodule at another commit",
                    "Go back to its commit first, or use `--scope artifact`.",
                )
            if tree.get(path) != entry:
                self.edits[path] = entry

    def _set(self, path: str, data: bytes | None) -> None:
        head, old = self._texts(path)
        if data == head:
            self.edits.pop(path, None)
        elif data is not None and data == old:
            self.edits[path] = self._project.tree(self.old.commit)[path]
        else:
            self.edits[path] = data
