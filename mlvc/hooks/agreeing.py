"""Whether `dvc.lock` is about the stages that `dvc.yaml` has, in one tree."""

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from mlvc.artifacts.documents import plain
from mlvc.domain.pipeline import Dependency, Output, Stage
from mlvc.errors import MlvcError
from mlvc.hooks.objection import Objection
from mlvc.ops.project import Project


def disagreements(project: Project, tree: str, fresh: Collection[str]) -> Iterator[Objection]:
    """The stages that are locked otherwise than they are defined, in files that are `fresh`.

    A pipeline without a lock, which runs elsewhere, is none of a hook's business.
    """
    changed = {p.rpartition("/")[0] for p in fresh if p.endswith(("dvc.yaml", "dvc.lock"))}
    if not changed:
        return
    try:
        stages = project.snapshot(tree).pipeline.stages
    except MlvcError as error:
        yield Objection("dvc.yaml", error.message, error.hint or "Mend it, and `git add` it.")
        return
    paths = [f"{folder}/dvc.lock".lstrip("/") for folder in sorted(changed)]
    for path, data in project.read(tree, paths).items():
        entries = (plain(data) or {}).get("stages") or {}
        own = f"{path.removesuffix('dvc.lock')}dvc.yaml"
        for stage in (one for one in stages if one.file == own):
            if why := _difference(stage, entries.get(stage.name)):
                todo = f"`dvc repro {stage.address}`, then `git add {path}`."
                yield Objection(path, f"stage {stage.address} {why}", todo)


def _difference(stage: Stage, entry: Mapping[str, Any] | None) -> str:
    """How the entry differs from what `dvc.yaml` says of the stage; empty where it does not."""
    if entry is None:
        return "is not in it: it has never run as dvc.yaml defines it"
    cmd = entry.get("cmd") or ""
    if (cmd if isinstance(cmd, str) else "\n".join(cmd)) != stage.cmd:
        return "has another command there than in dvc.yaml"
    for section, rows in (("deps", stage.deps), ("outs", stage.outs)):
        if _locked(stage, entry.get(section)) != _defined(rows):
            return f"has other {section} there than in dvc.yaml"
    if _keys(entry.get("params"), stage) != {f: v.keys() for f, v in stage.params.items()}:
        return "has other parameters there than in dvc.yaml"
    return ""


def _defined(rows: Collection[Dependency] | Collection[Output]) -> set[str]:
    return {row.path for row in rows if not row.external}


def _locked(stage: Stage, rows: Any) -> set[str]:
    """The paths inside the project that a section of the lock names."""
    found = (_at(stage, str(row.get("path"))) for row in rows or ())
    return {path for path in found if path}


def _at(stage: Stage, path: str) -> str:
    """A path of the lock from the project's root; empty for what lies outside."""
    joined = os.path.normpath(PurePosixPath(stage.wdir) / path)
    return "" if "://" in path or joined.startswith(("/", "..")) else joined


def _keys(params: Any, stage: Stage) -> dict[str, Collection[str]]:
    return {_at(stage, file): values.keys() for file, values in (params or {}).items()}
