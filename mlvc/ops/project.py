"""A project: one Git repository and the DVC project in it, and what is known of both."""

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from mlvc.domain import history
from mlvc.domain.promotion import Promotion
from mlvc.domain.registration import Deregistration
from mlvc.domain.release import Release, ReleaseTag
from mlvc.domain.snapshot import Snapshot
from mlvc.domain.standing import Standing
from mlvc.ops.contents import outlined, with_objects
from mlvc.ops.read_tags import Begun, ReadTags
from mlvc.registry.repository import Repository
from mlvc.registry.trees import Entry, blobs, identities

if TYPE_CHECKING:
    from mlvc.artifacts.store import Store
    from mlvc.domain.settings import Settings
    from mlvc.ops.proving import Prover
    from mlvc.ops.recover import Recovered
    from mlvc.ops.resolving import Resolver
    from mlvc.workspace.memo import Memo


class Project:
    """All that a verb needs. What is read of a commit is remembered, since commits never change."""

    def __init__(self, root: Path, within: Repository | None = None, tags: Begun = None) -> None:
        self.root = root
        self.repo = Repository(root, within)
        self._trees: dict[str, dict[str, Entry]] = {}
        self._snapshots: dict[str, Snapshot] = {}
        self._outlines: dict[str, Snapshot] = {}
        self.tags = ReadTags(self.repo, begun=tags)
        # Hears what a verb that writes found interrupted; who shows things puts in what shows it.
        self.tell_recovered: Callable[[Recovered], object] = lambda _: None

    @classmethod
    def find(cls, start: Path, tags: Begun = None) -> "Project":
        """The project that `start` lies in; raises `MlvcError` (NOT_A_REPOSITORY)."""
        around = Repository(start)
        for folder in (start, *start.parents):
            if (folder / ".dvc").is_dir():
                return cls(folder, around, tags)
            if folder == around.top:
                break
        from mlvc.ops.projects_inside import no_project

        raise no_project(around)

    @cached_property
    def store(self) -> "Store":
        """The DVC project of the workspace."""
        from mlvc.artifacts.store import Store

        return Store(self.root, self.memo)

    @cached_property
    def memo(self) -> "Memo":
        """What earlier runs found out; all worktrees share it, as they share objects."""
        from mlvc.workspace.memo import Memo

        return Memo(self.repo.common_dir / "mlvc" / "memo.sqlite")

    @cached_property
    def resolver(self) -> "Resolver":
        """What makes pipelines of the files that define them."""
        from mlvc.ops.resolving import Resolver

        return Resolver(self.repo, self.store, self.memo)

    @cached_property
    def prover(self) -> "Prover":
        """What tells whether objects and trees are what their digests say."""
        from mlvc.ops.proving import Prover

        return Prover(self.store, self.memo)

    @property
    def releases(self) -> tuple[Release, ...]:
        """All releases of all models, by model and version."""
        return self.tags.releases

    def releases_of(self, model: str) -> tuple[Release, ...]:
        """All releases of one model, by version; the tags of others need not be read."""
        return self.tags.releases_of(model)

    def release(self, model: str, name: str) -> Release | None:
        """The release of a model that has this name, if there is one."""
        return next((r for r in self.releases_of(model) if r.name == name), None)

    def release_tags(self, model: str | None = None) -> tuple[ReleaseTag, ...]:
        """The releases of all models or of one, their texts not taken apart yet."""
        return (self.tags.of(model) if model else self.tags.all).releases

    @property
    def promotions(self) -> tuple[Promotion, ...]:
        """What was put into environments, and taken out, of all models."""
        return self.tags.all.promotions

    def promotions_of(self, model: str) -> tuple[Promotion, ...]:
        """The same of one model; the tags of others need not be read."""
        return self.tags.of(model).promotions

    @property
    def deregistered(self) -> Mapping[str, Deregistration]:
        """Where GTO took a release back, by its name: mlvc counts it as withdrawn."""
        return self.tags.all.deregistered

    def deregistered_of(self, model: str) -> Mapping[str, Deregistration]:
        """The same of one model; the tags of others need not be read."""
        return self.tags.of(model).deregistered

    @property
    def tag_problems(self) -> tuple[str, ...]:
        """Tags that look like releases and are none, and why."""
        return self.tags.all.problems

    @property
    def problems_met(self) -> tuple[str, ...]:
        """Those among the tags that were read so far."""
        return self.tags.problems_met

    def tree(self, commit: str) -> dict[str, Entry]:
        """The tracked files of a commit."""
        if commit not in self._trees:
            self._trees[commit] = self.repo.tree(commit)
        return self._trees[commit]

    def derive(self, commit: str, parent: str, edits: Mapping[str, Entry | None]) -> None:
        """Know that a commit has the files of another, but for those edits."""
        files = {**self.tree(parent), **edits}
        self._trees[commit] = {path: entry for path, entry in files.items() if entry}

    def read(self, commit: str, paths: list[str]) -> dict[str, bytes]:
        """The contents of those of `paths` that a commit has."""
        tree = self.tree(commit)
        ids = {p: tree[p].id for p in paths if p in tree and not tree[p].is_submodule}
        blobs = self.repo.blobs(ids.values())
        return {path: blobs[blob] for path, blob in ids.items()}

    def snapshot(self, commit: str) -> Snapshot:
        """A commit, its pipeline resolved by DVC."""
        if commit not in self._snapshots:
            tree = self.tree(commit)
            pipeline = self.resolver.resolve(blobs(tree), commit[:10])
            self._snapshots[commit] = Snapshot(commit, pipeline, identities(tree))
        return self._snapshots[commit]

    def outline(self, commit: str) -> Snapshot:
        """A commit, with artifacts and outputs only: fast, without DVC."""
        if commit not in self._outlines:
            tree = identities(self.tree(commit))
            self._outlines[commit] = Snapshot(commit, outlined(self, commit), tree)
        return self._outlines[commit]

    def settings(self, commit: str | None = None) -> "Settings":
        """The `mlvc:` section of `params.yaml` in the workspace, or at a commit."""
        from mlvc.ops.configured import configured

        if commit is None:
            path = self.root / "params.yaml"
            return configured(self.memo, path.read_bytes() if path.is_file() else None)
        return configured(self.memo, self.read(commit, ["params.yaml"]).get("params.yaml"))

    def standing(self, model: str, tip: str | None = None) -> Standing:
        """Where `model` stands at `tip`, by default HEAD."""
        commit = tip or self.repo.head
        known = with_objects(self, self.releases_of(model))
        line = self.repo.line(commit)
        reachable = tuple(r for r in known if r.commit in line.commits)
        records = tuple(history.effective(line.notes))
        content, since = self.object_at(commit, model), partial(self.repo.since, head=commit)
        return Standing(
            releases=known,
            reachable=reachable,
            records=records,
            object=content,
            current=history.current(reachable, content, records, since),
            withdrawn=frozenset({*history.withdrawn(records, model), *self.deregistered_of(model)}),
        )

    def object_at(self, commit: str, model: str) -> str | None:
        """What identifies the model's content at a commit."""
        snapshot = self.outline(commit)
        artifact = snapshot.pipeline.artifact(model)
        return snapshot.content(artifact.path) if artifact else None

    def models(self, commit: str) -> tuple[str, ...]:
        """The models of a commit's tree."""
        return tuple(sorted(a.model for a in self.outline(commit).pipeline.artifacts))

    def knows(self, model: str) -> bool:
        """Whether HEAD declares a model of that name, or it has releases."""
        return model in self.models(self.repo.head) or bool(self.release_tags(model))
