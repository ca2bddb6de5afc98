"""Proving that objects and trees are what their digests say, before anything is touched."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from mlvc.artifacts.objects import Cache, Content, Later, ObjectError, split
from mlvc.artifacts.store import Store
from mlvc.errors import Exit, MlvcError
from mlvc.ops.deferring import Deferred
from mlvc.ops.knowing import is_known, know
from mlvc.ops.reading import are_remembered, are_there, proof_of, stamped
from mlvc.workspace.census import Census, Glimpse, Stamp, census
from mlvc.workspace.confine import check_names
from mlvc.workspace.memo import Memo
from mlvc.workspace.proofs import Proof

_FEW = 10_000


class Prover:
    """Proves what a project's cache and workspace hold, and remembers what it has proven.

    `sha256` has the SHA-256 in hex of contents, by digest.
    """

    def __init__(self, store: Store, memo: Memo) -> None:
        self.store, self.memo = store, memo
        self._manifests: dict[str, dict[str, str]] = {}
        self.sha256: dict[str, str] = {}
        self.deferred = Deferred()
        self._stamps: dict[str, Stamp | None] = {}
        self._sure: set[str] = set()
        self.trusting = self.doubtful = False

    @property
    def cache(self) -> Cache:
        """The cache that is proven."""
        return self.store.cache

    def fetched(
        self, digest: str, what: str, remote: str | None = None, *, sha256: bool = False
    ) -> Content:
        """The content of a digest, brought from the remote if need be, and proven.

        `remote` is the output's own one. `sha256` says that its SHA-256 will be asked for too, so
        that nothing is read twice. While it is `trusting`, what is remembered of all objects is
        proof enough: where they are used, they are looked at.
        """
        if digest.endswith(".dir"):
            # Only a proven manifest may say what else is fetched.
            self.store.fetch([digest], what, remote)
            if self.trusting and not self.doubtful and is_known(self, digest, what, sha256=sha256):
                return self.outlined(digest, what)
        content = self.content(digest, what)
        if self.trusting and not self.doubtful:
            digests = list(dict.fromkeys(content.files.values()))
            if are_remembered(self.memo, self.cache, digests, sha256=sha256):
                self._sure.update(digests)
                know(self, content)
                return content
        file, inside = self.cache.file, set(content.files.values())
        self._stamps = {inner: stamped(file(inner)) for inner in inside}
        absent = [inner for inner, found in self._stamps.items() if found is None]
        self.store.fetch(absent, what, remote)
        self.proven(digest, what, sha256=sha256)
        know(self, content)
        return content

    def rest(self) -> None:
        """Forget which objects were just looked at, and note what many were: that takes much."""
        self._stamps, self._sure = {}, set()
        if self.memo.is_full:
            with suppress(OSError):  # it is kept, and noted with the rest
                self.save()

    def doubt(self) -> None:
        """Look at every object from now on: one was found to be not as it is remembered."""
        self.doubtful, self.deferred = True, Deferred()
        self.rest()
        self.sha256.clear()

    def proven(self, digest: str, what: str, *, sha256: bool = False) -> Content:
        """The content of a digest in the cache.

        Raises `MlvcError`: MISSING or CORRUPT, naming the object and `what` it is of.
        """
        content = self.content(digest, what)
        names = {inner: name for name, inner in content.files.items()}
        self.prove(names, what, sha256=sha256)
        return content

    def content(self, digest: str, what: str) -> Content:
        """What files a digest stands for; only a manifest is proven."""
        if digest.endswith(".dir"):
            return Content(digest, self.manifest(digest, what))
        return Content(digest, {"": digest})

    def outlined(self, digest: str, what: str) -> Content:
        """The same of what a proven tree holds: a manifest is only read when someone asks."""
        if digest.endswith(".dir"):
            return Content(digest, Later(lambda: self.manifest(digest, what)))
        return Content(digest, {"": digest})

    def manifest(self, digest: str, what: str) -> dict[str, str]:
        """The files of a proven and sound manifest: relative path to digest."""
        if digest not in self._manifests:
            self.prove({digest: what})
            found = self.cache.manifest(digest, what)
            try:
                check_names(found)
            except MlvcError as error:
                path = self.cache.path(digest)
                raise ObjectError(
                    f"the manifest of {what} ({split(digest)[1]}) is refused: {error.message}",
                    f"Find out who wrote {path}.",
                    Exit.CORRUPT,
                ) from error
            self._manifests[digest] = found
        return self._manifests[digest]

    def differing(self, old: str, new: str, what: str) -> tuple[dict[str, str], dict[str, str]]:
        """The files of two folders that are not in both; raises `MlvcError` as `manifest`."""
        self.prove({old: what, new: what})
        gone, late = self.cache.differing(old, new, what)
        check_names(gone)
        check_names(late)
        return gone, late

    def prove(
        self, names: Mapping[str, str], folder: str = "", *, sha256: bool = False
    ) -> dict[str, Proof]:
        """Prove objects, by digest with what they are of; with `sha256` that is known too."""
        known, sure = self.memo.proofs(names.keys()), self._sure
        whole = len(known) == len(names) and sure.issuperset(names)
        if whole and not (sha256 and any(not proof.sha256 for proof in known.values())):
            return known  # as with most of what may be 100,000
        fresh = {}
        for digest, name in names.items():
            proof = known.get(digest)
            enough = proof is not None and bool(proof.sha256 or not sha256)
            if enough and (digest in sure or known[digest].stamp == self._glance(digest)):
                sure.add(digest)
                continue
            self._stamps.pop(digest, None)
            what = f"{folder}/{name}".strip("/")
            if self.deferred.takes(self.cache, digest):
                self.deferred.names[digest] = what
                continue
            known[digest] = fresh[digest] = proof_of(self.cache, digest, what, sha256=sha256)
            if len(fresh) == _FEW:  # in place of what was known, which may be as much
                self.memo.prove(fresh)
                fresh.clear()
        self.memo.prove(fresh)
        return known

    def _glance(self, digest: str) -> Stamp | None:
        """The stamp of an object as of a moment ago: where it is used it is looked at again."""
        return self._stamps.pop(digest, None) or stamped(self.cache.file(digest))

    def holds(self, seen: Census | Glimpse | None, digest: str | None) -> bool:
        """Whether what was seen in the workspace is exactly a digest's; None is absence.

        Where a glimpse does not tell, all is looked at anew.
        """
        if digest is None or seen is None:
            return digest is None and seen is None
        if seen.is_folder != digest.endswith(".dir"):
            return False
        known = self.memo.tree(seen, anyway=True)
        if known and (known.digest != digest or self.memo.tree(seen)):
            return known.digest == digest
        if isinstance(seen, Glimpse):
            seen = census(Path(seen.path))
        return seen is not None and self.matches(seen, digest)

    def matches(self, seen: Census, digest: str, *, unread: bool = False) -> bool:
        """Whether each file that was seen is a digest's, and no more (`are_there`); remembered."""
        try:
            files = self.content(digest, Path(seen.path).name).files
        except MlvcError:
            return False  # nothing says what the folder should hold, so it cannot be called clean
        # Names first: they cost next to nothing.
        same = seen.files.keys() == files.keys()
        found = same and are_there(self.memo, seen, files, unread=unread)
        if found and seen.is_settled:
            self.prove_tree(seen, digest)
        return found

    def put_away(self, digest: str) -> None:
        """Drop a manifest that is not asked for again: a large one is large in memory, too."""
        self.memo.let_go(self._manifests.pop(digest, {}).values())

    def prove_tree(self, seen: Census, digest: str) -> None:
        """Remember that what was seen is a digest's."""
        self.memo.prove_tree(seen, digest, self.sha256.get(digest, ""))

    def save(self, *folders: Path) -> None:
        """Remember what was proven, once it is on the disk: the cache, and `folders`."""
        self.memo.save((self.cache.root, *folders))
