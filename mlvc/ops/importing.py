"""Outputs whose objects come from elsewhere than the default remote: own remotes, imports."""

import time

from mlvc.artifacts import imports
from mlvc.artifacts.objects import Cache, Content, split
from mlvc.domain.pipeline import Origin
from mlvc.errors import Exit, MlvcError
from mlvc.ops.project import Project
from mlvc.workspace.census import GRAIN
from mlvc.workspace.hashing import dvc_md5


def fetched(  # noqa: PLR0913 - what an output is takes this many words
    project: Project,
    commit: str,
    path: str,
    digest: str,
    origin: Origin,
    *,
    sha256: bool = False,
) -> Content:
    """The proven content of an output of a commit, brought from where it comes from if need be.

    `sha256` says that its SHA-256 will be asked for too. Raises `MlvcError`: MISSING or CORRUPT.
    """
    bring(project, commit, path, digest, origin)
    return project.prover.fetched(digest, path, origin.remote, sha256=sha256)


def bring(project: Project, commit: str, path: str, digest: str, origin: Origin) -> None:
    """Fetch what another repository has, at the revision that the import is pinned to.

    Nothing is done where the cache has it all, or where the output is no import.
    """
    file = origin.imported_by
    if not file or not _lacks(project, digest):
        return
    pinned = project.read(commit, [file])[file]
    known = project.read(project.repo.head, [file]).get(file)
    if imports.source(pinned) != imports.source(known):
        raise MlvcError(
            f"{path} is imported from {imports.source(pinned).get('url')!r}, which {file} at HEAD"
            " does not name, and the cache does not have it",
            "mlvc fetches from nowhere but where HEAD says. If you trust that place:"
            f" `git restore --source={commit[:10]} {file} && dvc fetch {file}`, then"
            f" `git restore {file}`. Nothing was touched.",
            Exit.MISSING,
        )
    began = time.time_ns()
    imports.fetch(project.store, file, pinned, path)
    _refuse_spoilt(project.store.cache, digest, path, began - GRAIN)


def _refuse_spoilt(cache: Cache, digest: str, what: str, began: int) -> None:
    """Take out again what has just arrived and is not what its name says.

    The configuration of another repository cannot be told to verify.
    """
    inner = cache.manifest(digest).values() if digest.endswith(".dir") else ()
    for one in (digest, *inner):
        path, (algorithm, value) = cache.path(one), split(one)
        fresh = path.exists() and path.stat().st_ctime_ns >= began
        if fresh and dvc_md5(path, algorithm) != value.removesuffix(".dir"):
            path.unlink()
            raise MlvcError(
                f"object {value} of {what} does not arrive intact from where it is imported",
                "Mend it there, or choose another release. Nothing was touched.",
                Exit.CORRUPT,
            )


def _lacks(project: Project, digest: str) -> bool:
    cache = project.store.cache
    if cache.missing([digest]):
        return True
    return digest.endswith(".dir") and bool(cache.missing(cache.manifest(digest).values()))
