"""Whether HEAD is fit to be released: committed, up to date, complete and new."""

from pathlib import PurePosixPath

from mlvc.artifacts import rwlock
from mlvc.artifacts.loading import defining
from mlvc.domain.lineage import Lineage
from mlvc.domain.pipeline import inside, overlaps
from mlvc.domain.release import Release
from mlvc.domain.snapshot import Snapshot
from mlvc.domain.wording import few
from mlvc.errors import Exit, MlvcError
from mlvc.ops import importing
from mlvc.ops.digesting import model_digest
from mlvc.ops.dvc_lock import dvc_locked
from mlvc.ops.project import Project
from mlvc.ops.reading import live_digest
from mlvc.ops.standing import IGNORE, Standing
from mlvc.workspace.census import census


def refuse_unfinished(project: Project) -> None:
    """Refuse while Git is in the middle of something, and where history is cut off."""
    if operation := project.repo.operation:
        raise MlvcError(
            f"a {operation} is in progress",
            "Finish it or give it up (`git status` says how), then run again.",
        )
    refuse_shallow(project)


def refuse_shallow(project: Project) -> None:
    """Refuse where history is cut off: not all releases and rollbacks are known."""
    if project.repo.is_shallow:
        raise MlvcError(
            "this clone is shallow: the releases before HEAD are not all here",
            "`git fetch --unshallow --tags`, then run again (in CI: check out the whole history).",
            Exit.MISSING,
        )


def refuse_uncommitted(project: Project, snapshot: Snapshot, line: Lineage) -> None:
    """Refuse uncommitted files of the lineage, and a `dvc.lock` that the workspace belies."""
    own = _files(line)
    changed = [found.path for found in project.repo.uncommitted()]
    dirty = sorted(one for one in changed if any(inside(one, path) for path in own))
    if dirty:
        raise MlvcError(
            f"uncommitted changes in the lineage: {few(dirty, 5)}",
            "Commit them: a release is a commit.",
            Exit.DIRTY,
        )
    for stage, found in _stale(project, snapshot, line, changed).items():
        # What only the cache lacks may come from a remote: `prove_objects` sees to that.
        changes = [change for change in found if not change.endswith("(not in cache)")]
        if changes:
            raise MlvcError(
                f"dvc.lock does not agree with the workspace: {stage}: {', '.join(changes)}",
                "Run `dvc repro` (or `dvc pull`, where data was never fetched), and commit.",
                Exit.DIRTY,
            )


def _stale(
    project: Project, snapshot: Snapshot, line: Lineage, changed: list[str]
) -> dict[str, list[str]]:
    """What DVC calls changed; it is not asked where all is plain, and defined as HEAD has it."""
    tree = project.tree(project.repo.head)
    told = [one for one in defining(tree) if not one.endswith(".dvc") or one in line.addresses]
    other = defining(changed) or [one for one in changed if PurePosixPath(one).name == IGNORE]
    if other or project.repo.unseen(told, project.repo.head) or rwlock.is_used(project.root):
        return project.store.stale(line.addresses)
    with dvc_locked(project.store):
        fresh = Standing(project, snapshot, {}).is_fresh(line.addresses)
    return {} if fresh else project.store.stale(line.addresses)


def refuse_untracked(snapshot: Snapshot, line: Lineage) -> None:
    """Refuse what a stage reads while neither Git nor DVC keeps it: no one could get it back."""
    made = [out.path for stage in snapshot.pipeline.stages for out in stage.outs]
    for stage in line.stages:
        for dep in stage.deps:
            kept = dep.external or snapshot.content(dep.path) is not None
            if not kept and not any(overlaps(dep.path, path) for path in made):
                raise MlvcError(
                    f"stage {stage.address} reads {dep.path}, which neither Git nor DVC tracks",
                    f"`git add --force {dep.path}` or `dvc add {dep.path}`, and commit.",
                )


def _files(line: Lineage) -> set[str]:
    """The tracked files that make a lineage what it is."""
    files = {line.artifact.file, line.artifact.path}
    for stage in line.stages:
        files |= {stage.file, *stage.params, *(dep.path for dep in stage.deps if not dep.external)}
        files |= {out.path for out in stage.outs if not out.cached}
        if not stage.is_data:
            files.add(stage.file.removesuffix("dvc.yaml") + "dvc.lock")
    return files


def refuse_same(current: Release | None, content: str, *, allowed: bool) -> None:
    """Refuse to release the artifact of the current release again, unless `allowed`."""
    if current and current.object == content and not allowed:
        raise MlvcError(
            f"the artifact is that of {current.name}: there is nothing new to release",
            "To give it another version all the same, say `--allow-same`.",
        )


def prove_objects(project: Project, line: Lineage) -> str:
    """Prove that every object of the lineage is there; the model's own to the last byte.

    Returns the model's SHA-256, as `Model-Digest` states it.
    """
    digest = ""
    for out in line.outputs:
        if out.cached and out.digest:
            what = out.path
            importing.bring(project, project.repo.head, what, out.digest, out.origin)
            if project.store.cache.missing([out.digest]):
                project.store.fetch([out.digest], what, out.origin.remote)
            if out.path == line.artifact.path:
                prover = project.prover
                digest = model_digest(prover, prover.proven(out.digest, what, sha256=True))
    return digest or live_digest(project.root / line.artifact.path)


def remember(project: Project, made: Release) -> None:
    """Remember what was proven, and that the workspace holds the model: a rollback asks for it."""
    pipeline = project.outline(project.repo.head).pipeline
    out = pipeline.output(made.path) if made.path else None
    if out and out.path == made.path and out.cached and out.digest:
        seen = census(project.root / out.path)
        if seen and seen.is_settled and project.prover.holds(seen, out.digest):
            project.prover.prove_tree(seen, out.digest)
    project.prover.save(project.root)
