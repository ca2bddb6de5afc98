"""What is wrong with the files that define pipelines and settings, as they lie and at HEAD."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from mlvc.artifacts import documents
from mlvc.artifacts.outline import outlining
from mlvc.errors import MlvcError
from mlvc.ops.configured import configured
from mlvc.ops.diagnosing.complaint import Complaint
from mlvc.ops.project import Project
from mlvc.ops.uncommitted import files
from mlvc.registry.trees import blobs

_PARAMS = "params.yaml"
_UNREADABLE = "neither DVC nor mlvc can read it, so nothing is released, evaluated or rolled back"
_UNGATED = "whatever asks for gates and settings refuses until it is right"

Files = Mapping[str, str | bytes]
"""By path the id of a blob, or the content itself."""


def complaints(project: Project) -> Iterator[Complaint]:
    """What cannot be read or makes no sense: in the workspace, else in what is committed."""
    live, _ = files(project)
    if found := tuple(_of(project, live, "the workspace")):
        yield from found
        return
    for one in _of(project, blobs(project.tree(project.repo.head)), "HEAD"):
        todo = "Commit it as it is in the workspace: there it is right."
        yield replace(one, what=f"at HEAD, {one.what}", todo=todo)


def _of(project: Project, files: Files, where: str) -> Iterator[Complaint]:
    texts = _texts(project, files)
    settings = texts.pop(_PARAMS, None)
    try:
        configured(project.memo, settings)
    except MlvcError as error:
        broken = _broken(_PARAMS, settings or b"")
        todo = error.hint[:1].upper() + error.hint[1:]
        yield broken or Complaint("settings", error.message, _UNGATED, todo)
        settings = None
    try:
        project.resolver.resolve(files, where)
    except MlvcError as error:
        found = [one for path, data in texts.items() if (one := _broken(path, data))]
        yield from found
        # What is wrong with the settings is wrong with the parameters, too: it is told already.
        if not found and settings is not None:
            todo = f"Mend that, and commit. {error.hint}".rstrip()
            yield Complaint("pipeline", error.message, _UNREADABLE, todo)


def _texts(project: Project, files: Files) -> dict[str, bytes]:
    """The files that DVC reads first, and the parameters."""
    wanted = {p: files[p] for p in sorted([*outlining(files), _PARAMS]) if p in files}
    known = project.repo.blobs(one for one in wanted.values() if isinstance(one, str))
    return {p: known[one] if isinstance(one, str) else one for p, one in wanted.items()}


def _broken(path: str, data: bytes) -> Complaint | None:
    """What keeps a file from being read, if anything does."""
    if line := documents.conflict(data):
        what = f"{path} has conflict markers, from line {line} on"
        return Complaint("conflict", what, _UNREADABLE, f"Resolve them, and commit {path}.")
    try:
        if documents.plain(data) is None:
            documents.read(data, path)
    except MlvcError as error:
        return Complaint("unreadable", error.message, _UNREADABLE, error.hint)
    return None
