"""Proving that objects are what their names say, before anything is touched."""

from pathlib import Path

from mlvc.artifacts.objects import Cache, Content, corrupt, missing_object, split
from mlvc.artifacts.store import Store
from mlvc.errors import Exit, MlvcError
from mlvc.workspace.confine import check_names
from mlvc.workspace.hashing import dvc_md5, sha256_file, sha256_path


def fetched(store: Store, digest: str, what: str, remote: str | None = None) -> Content:
    """The content of a digest, brought from the remote if need be, and proven to the last byte."""
    store.fetch([digest], what, remote)
    if digest.endswith(".dir"):
        # Only a proven manifest may say what else is fetched.
        store.fetch(_manifest(store.cache, digest, what).values(), what, remote)
    return proven(store.cache, digest, what)


def proven(cache: Cache, digest: str, what: str) -> Content:
    """The content of a digest in the cache.

    Raises `MlvcError`: MISSING or CORRUPT, naming the object and `what` it is of.
    """
    if not digest.endswith(".dir"):
        return Content(_object(cache, digest, what), {})
    manifest = _manifest(cache, digest, what)
    entries = {
        name: _object(cache, inner, f"{what}/{name}") for name, inner in sorted(manifest.items())
    }
    return Content(None, entries)


def _manifest(cache: Cache, digest: str, what: str) -> dict[str, str]:
    path = _object(cache, digest, what)
    manifest = cache.manifest(digest, what)
    try:
        check_names(manifest)
    except MlvcError as error:
        raise MlvcError(
            f"the manifest of {what} ({split(digest)[1]}) is refused: {error.message}",
            f"Find out who wrote {path}; choose another release. Nothing was touched.",
            Exit.CORRUPT,
        ) from error
    return manifest


def _object(cache: Cache, digest: str, what: str) -> Path:
    path = cache.path(digest)
    if path.is_symlink() or not path.is_file():
        raise missing_object(digest, what)
    algorithm, value = split(digest)
    if dvc_md5(path, algorithm) != value.removesuffix(".dir"):
        raise corrupt(digest, path, what)
    return path


def holds(path: Path, digest: str | None, cache: Cache) -> bool:
    """Whether a live output is exactly what a digest says; None stands for absent."""
    if digest is None or not path.exists():
        return digest is None and not path.exists() and not path.is_symlink()
    if digest.endswith(".dir"):
        return path.is_dir() and _holds_folder(path, digest, cache)
    return path.is_file() and _is_named(path, digest)


def _holds_folder(path: Path, digest: str, cache: Cache) -> bool:
    try:
        manifest = _manifest(cache, digest, path.name)
    except MlvcError:
        return False  # nothing says what the folder should hold, so it cannot be called clean
    # Names first: they cost next to nothing.
    found = {str(p.relative_to(path)) for p in path.rglob("*") if p.is_symlink() or not p.is_dir()}
    return found == manifest.keys() and all(
        (path / name).is_file() and _is_named(path / name, inner)
        for name, inner in manifest.items()
    )


def _is_named(path: Path, digest: str) -> bool:
    algorithm, value = split(digest)
    return dvc_md5(path, algorithm) == value


def model_digest(content: Content) -> str:
    """The SHA-256 of a model's content as `Model-Digest` states it."""
    if content.object is not None:
        return f"sha256:{sha256_file(content.object)}"
    return f"sha256:{_folder_digest(content)}"


def live_digest(path: Path) -> str:
    """The same of a file or folder of the workspace."""
    return f"sha256:{sha256_path(path)}"


def _folder_digest(content: Content) -> str:
    import tempfile

    # One definition of a folder's digest: that of a folder.
    with tempfile.TemporaryDirectory(prefix="mlvc-digest-") as scratch:
        for name, source in content.entries.items():
            (Path(scratch) / name).parent.mkdir(parents=True, exist_ok=True)
            (Path(scratch) / name).symlink_to(source)
        return sha256_path(Path(scratch))
