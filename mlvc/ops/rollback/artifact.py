"""`--scope artifact`: the model and its entry in `dvc.lock`, and nothing else."""

from pathlib import PurePosixPath

from mlvc.artifacts import splicing
from mlvc.domain.pipeline import Artifact, Stage, inside
from mlvc.domain.snapshot import Snapshot
from mlvc.errors import MlvcError
from mlvc.ops.project import Project
from mlvc.ops.rollback.proof import overlay, refusal
from mlvc.ops.rollback.splice import Edits


def artifact_edits(
    project: Project, head: Snapshot, old: Snapshot, here: Artifact, there: Artifact
) -> Edits:
    """The edits of `--scope artifact`: the model and its entry in `dvc.lock`.

    A model inside a folder output goes back with that folder, which has one entry.
    """
    now, was = head.pipeline.producer(here.path), old.pipeline.producer(there.path)
    out = old.pipeline.output(there.path)
    holder = out.path if out else there.path
    held = head.pipeline.output(here.path)
    if here.path != there.path or _address(now) != _address(was) or (held and held.path != holder):
        raise MlvcError(
            f"model {here.model} is made in another way since: {_address(was)} writes {there.path},"
            f" now {_address(now)} writes {here.path}",
            "Use `--scope lineage`.",
        )
    edits: Edits = {}
    tree = project.tree(old.commit)
    if was is None or (out and not out.cached):
        edits.update({p: tree.get(p) for p in _members(head, old, holder)})
    if was is not None:
        path = was.file if was.is_data else str(PurePosixPath(was.file).with_name("dvc.lock"))
        now_text, old_text = (project.read(s.commit, [path]).get(path) for s in (head, old))
        if was.is_data:
            edits[path] = tree[path]
        elif now_text != old_text:
            edits[path] = splicing.output(now_text, old_text, was, holder, path)
    current = project.tree(head.commit)
    edits = {p: e for p, e in edits.items() if current.get(p) != e}
    planned = overlay(project, head, edits)
    found = planned.pipeline.output(there.path)
    if out and (found is None or found.digest != out.digest):
        raise refusal([f"{holder} would not be the release's"])
    return edits


def _members(head: Snapshot, old: Snapshot, path: str) -> set[str]:
    return {p for p in head.files.keys() | old.files.keys() if inside(p, path)}


def _address(stage: Stage | None) -> str:
    return stage.address if stage else "Git alone"
