"""Putting into a worktree what an evaluator reads: its own data, and the model's files."""

from collections.abc import Collection, Iterator
from pathlib import Path

from mlvc.domain.evaluator import Evaluator
from mlvc.domain.pipeline import Output, Stage, inside, overlaps
from mlvc.domain.snapshot import Snapshot
from mlvc.errors import MlvcError
from mlvc.ops import importing
from mlvc.ops.naming import Target
from mlvc.ops.planting import plant
from mlvc.ops.project import Project
from mlvc.registry import commits
from mlvc.registry.git import Git
from mlvc.workspace.confine import confined
from mlvc.workspace.removal import remove_tree


def materialise(project: Project, judge: Evaluator, target: Target, tree: Path) -> set[str]:
    """Fill the worktree `tree` of the evaluator's revision.

    From the target come the model and the other outputs of its stage; all else is the evaluator's.
    Every object is proven before it is used. Returns the digests of those that were.
    """
    used: set[str] = set()
    for out in _read(judge):
        if not _inside(out.path, judge.from_model):
            used |= place(project, judge.snapshot.commit, out, tree, [out.path])
    # What the evaluator's own revision has of the model or of metrics must not be mistaken for
    # this model's.
    written = {out.path for stage in judge.stages for out in stage.outs}
    for path in sorted(judge.from_model | written):
        remove_tree(confined(tree, path))
    model = project.snapshot(target.commit)
    _check_out(project, model, judge, tree)
    for out in (out for stage in model.pipeline.stages for out in stage.outs):
        if out.cached and any(overlaps(out.path, own) for own in judge.from_model):
            used |= place(project, model.commit, out, tree, judge.from_model)
    _check_inputs(judge, target, tree)
    return used


def _check_inputs(judge: Evaluator, target: Target, tree: Path) -> None:
    for stage, path in absent_inputs(judge.stages, tree):
        whose = target.label if _inside(path, judge.from_model) else "its revision"
        raise MlvcError(f"stage {stage.address} reads {path}, and {whose} has no such file")


def absent_inputs(stages: Collection[Stage], tree: Path) -> Iterator[tuple[Stage, str]]:
    """What stages read that is not in `tree`, and that none of them writes.

    DVC runs a forced stage whatever is missing, and the stage may go on without it.
    """
    written = {out.path for stage in stages for out in stage.outs}
    for stage in stages:
        for dep in stage.deps:
            made = any(overlaps(dep.path, path) for path in written)
            if not (dep.external or made or (tree / dep.path).exists()):
                yield stage, dep.path


def _read(judge: Evaluator) -> list[Output]:
    """The outputs of other stages that the evaluator reads."""
    deps = [dep.path for stage in judge.stages for dep in stage.deps]
    return [
        out
        for stage in judge.snapshot.pipeline.stages
        if stage.address not in judge.addresses
        for out in stage.outs
        if out.cached and any(overlaps(out.path, path) for path in deps)
    ]


def _inside(path: str, folders: Collection[str]) -> bool:
    return any(inside(path, folder) for folder in folders)


def place(
    project: Project, commit: str, out: Output, tree: Path, wanted: Collection[str]
) -> set[str]:
    """Make those files of an output that lie in `wanted`, proven; returns their digests."""
    if out.digest is None:
        return set()
    live = confined(tree, out.path)
    content = importing.fetched(project, commit, out.path, out.digest, out.origin)
    if _inside(out.path, wanted):
        remove_tree(live)
        (live if content.is_folder else live.parent).mkdir(parents=True, exist_ok=True)
    files = {
        name: inner
        for name, inner in content.files.items()
        if _inside(f"{out.path}/{name}".rstrip("/"), wanted)
    }
    plant(project.prover, str(live), files)
    return set(files.values())


def _check_out(project: Project, model: Snapshot, judge: Evaluator, tree: Path) -> None:
    """The model's files that Git tracks, such as an uncached signature."""
    paths = [path for path in model.files if _inside(path, judge.from_model)]
    prefix = project.repo.prefix
    top = tree
    for _ in Path(prefix).parts:
        top = top.parent
    git = Git(project.repo.top)
    commits.check_out(git, model.commit, [prefix + path for path in paths], top)
