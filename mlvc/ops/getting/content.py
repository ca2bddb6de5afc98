"""The bytes of an artifact, written where nobody looks yet and hashed as they pass."""

import os
import shutil
from pathlib import Path

from mlvc.artifacts.objects import Cache, Content, corrupt, split
from mlvc.domain import lineage
from mlvc.domain.pipeline import Output, inside
from mlvc.domain.release import Release
from mlvc.errors import Exit, MlvcError, naming
from mlvc.ops import importing
from mlvc.ops.project import Project
from mlvc.ops.reading import copied, live_digest
from mlvc.ops.rollback.genuine import refuse_pointers
from mlvc.registry import commits
from mlvc.registry.git import Git
from mlvc.workspace.confine import check_folded, check_names, folds, lexical
from mlvc.workspace.hashing import both_digests, sha256_listing

_FILES = ("100644", "100755")


class Artifact:
    """What a release is of: `path` in its commit, and the output that it is or lies in, if any."""

    def __init__(self, project: Project, release: Release) -> None:
        self._project, self.release = project, release
        pipeline = project.snapshot(release.commit).pipeline
        self.path = release.path or lineage.find(pipeline, release.model, release.name).path
        out = pipeline.output(self.path)
        self._out = out if out and out.cached else None
        lexical(self.path)  # a tag can say anything

    @property
    def imported_by(self) -> str:
        """The `.dvc` file that imports it from another repository; empty for most."""
        return self._out.origin.imported_by if self._out else ""

    @property
    def object(self) -> str | None:
        """DVC's digest of all of it, where it has one."""
        return self._out.digest if self._out and self._out.path == self.path else None

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        if self._out is None:
            return self.path not in self._project.tree(self.release.commit)
        return self._out.is_folder and bool(self._content(self._out).is_folder)

    def write(self, new: Path) -> str:
        """Write it at `new`, proven by DVC's digests or Git's; its own digest, `sha256:…`.

        Raises `MlvcError`: MISSING or CORRUPT.
        """
        if self._out is None:
            return self._check_out(new)
        content = self._content(self._out)
        store, remote = self._project.store, self._out.origin.remote
        store.fetch(dict.fromkeys(content.files.values()), self._what, remote)
        digests = _written(store.cache, content, new, self._what)
        if self._out.executable and not content.is_folder:
            new.chmod(new.stat().st_mode | 0o111 & ~_umask())
        found = sha256_listing(digests) if content.is_folder else digests[""]
        return f"sha256:{found}"

    @property
    def _what(self) -> str:
        return f"{self.path} of {self.release.name}"

    def _content(self, out: Output) -> Content:
        """What it consists of; of a folder the manifest is fetched, and proven."""
        if out.digest is None or out.external:
            raise MlvcError(
                f"{self._what} is not in DVC's cache: dvc.lock names no object for it"
                if out.digest is None
                else f"{self._what} lies outside its repository",
                "Choose another release.",
                Exit.MISSING,
            )
        importing.bring(self._project, self.release.commit, out.path, out.digest, out.origin)
        if out.is_folder:
            self._project.store.fetch([out.digest], self._what, out.origin.remote)
        whole = self._project.prover.content(out.digest, self._what)
        part = whole.part(os.path.relpath(self.path, out.path))
        if part is None:
            raise MlvcError(f"{self._what} is not in {out.path}", "Choose another.", Exit.MISSING)
        return part

    def _check_out(self, new: Path) -> str:
        """The same of what Git tracks: as a checkout has it, else the bytes that Git keeps.

        The latter where line ends or filters are set up here in another way than at its release.
        """
        project, release = self._project, self.release
        tree = project.tree(release.commit)
        files = [path for path in tree if inside(path, self.path)]
        if not files or any(tree[path].mode not in _FILES for path in files):
            wrong = "is or has a link or a submodule" if files else "is not in its commit"
            raise MlvcError(f"{self._what} {wrong}", "Choose another release.", Exit.MISSING)
        check_names(files)
        prefix, root = project.repo.prefix, new.with_name(f"{new.name}.git")
        root.mkdir()
        paths = [prefix + path for path in files]
        commits.check_out(Git(project.repo.top), release.commit, paths, root)
        found = live_digest(root / prefix / self.path)
        if release.digest not in (None, found):
            refuse_pointers(root / prefix, files, release)
            for path, data in project.read(release.commit, files).items():
                with naming(root / prefix / path):
                    (root / prefix / path).write_bytes(data)
            found = live_digest(root / prefix / self.path)
        (root / prefix / self.path).rename(new)
        return found


def _written(cache: Cache, content: Content, new: Path, what: str) -> dict[str, str]:
    """Write all files of a content; the SHA-256 of each in hex, by its name."""
    new.parent.mkdir(exist_ok=True)
    if content.is_folder:
        new.mkdir()
        if folds(new.parent):
            check_folded(content.files)
    found = {}
    for name, digest in content.files.items():
        target = new / name if name else new
        target.parent.mkdir(parents=True, exist_ok=True)
        found[name] = _copied(cache, digest, target, f"{what}/{name}".rstrip("/"))
    return found


def _copied(cache: Cache, digest: str, target: Path, what: str) -> str:
    algorithm, value = split(digest)
    if algorithm == "md5":
        sha256 = copied(cache, digest, str(target), "")[1]
    else:
        with naming(target):
            shutil.copyfile(cache.path(digest), target)
        named, sha256 = both_digests(target, algorithm)
        sha256 = sha256 if named == value else ""
    if not sha256:
        raise corrupt(digest, cache.path(digest), what)
    return sha256


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
