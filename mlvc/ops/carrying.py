"""Evaluations as files, with what they wrote: from the job that ran them to one that judges."""

from collections.abc import Iterable
from pathlib import Path

from mlvc.artifacts.receiving import receive
from mlvc.domain.evaluation import Evaluation
from mlvc.errors import Exit, MlvcError, naming
from mlvc.ops.project import Project
from mlvc.registry import evaluations

_RECORD = "evaluation.json"


def pack(project: Project, made: Iterable[Evaluation], folder: Path) -> None:
    """Write evaluations, and the files they name as far as they are here, each in a folder."""
    for one in made:
        home = folder / one.id
        home.mkdir(parents=True, exist_ok=True)
        with naming(home / _RECORD):
            (home / _RECORD).write_bytes(one.to_json())
        for digest in one.outputs.values():
            path = project.store.cache.path(digest)
            if not digest.endswith(".dir") and path.is_file():
                # No upload of GitHub's takes a colon in a name.
                (home / digest.replace(":", "-")).write_bytes(path.read_bytes())


def unpack(project: Project, folder: Path) -> int:
    """Take over what `pack` wrote anywhere below `folder`; how many evaluations that were.

    Raises `MlvcError` (CORRUPT) for one that makes no sense, or an object that is not what its
    name says.
    """
    found = [path.parent for path in sorted(folder.rglob(_RECORD))]
    made = [Evaluation.from_json((home / _RECORD).read_bytes()) for home in found]
    for home, one in zip(found, made, strict=True):
        for path, digest in one.outputs.items():
            file = home / digest.replace(":", "-")
            if file.parent == home and file.is_file():
                _take(project, path, digest, file)
    evaluations.record(project.repo.git, made)
    return len(made)


def _take(project: Project, path: str, digest: str, file: Path) -> None:
    if not receive(project.store.cache, digest, file.read_bytes()):
        raise MlvcError(
            f"{path} of a carried evaluation is not what its digest says",
            "Run the workflow again.",
            Exit.CORRUPT,
        )
