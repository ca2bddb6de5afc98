"""What there is of outputs: each object proven once, however many releases share it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from mlvc.artifacts.objects import ObjectError, split
from mlvc.artifacts.remote_reading import spoilt_on_remote
from mlvc.domain.batching import batched
from mlvc.domain.pipeline import Origin, Output
from mlvc.domain.verification import Finding, Kind, kind_of
from mlvc.errors import Exit, MlvcError
from mlvc.ops.lacking import brings
from mlvc.ops.project import Project
from mlvc.workspace.confine import shown

_AT_ONCE = 500
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Held:
    """What there is of one output's content.

    `bad` has what is wrong here, by object with its name inside the output; `absent` the objects
    that the remote lacks, `spoilt` those that have another content there; `asked` is that remote's
    name, empty where none was asked.
    """

    objects: int
    bad: dict[str, tuple[str, MlvcError]] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    spoilt: dict[str, str] = field(default_factory=dict)
    asked: str = ""

    @property
    def elsewhere(self) -> int:
        """How many objects are not here, but on the remote."""
        return sum(self._is_elsewhere(digest) for digest in self.bad)

    def findings(self, path: str, origin: Origin, release: str) -> Iterator[Finding]:
        """What is wrong with it, as the output at `path` of a release."""
        for digest, (name, error) in self.bad.items():
            if not self._is_elsewhere(digest):
                found = _here(digest, f"{path}/{name}".rstrip("/"), error, origin)
                yield replace(found, hint=brings(found.hint, release))
        for digest, name in self.absent.items():
            what, value = f"{path}/{name}".rstrip("/"), split(digest)[1]
            yield Finding(
                Kind.MISSING,
                f"object {value} of {shown(what)} is not on remote {self.asked!r}, or cut off",
                "`mlvc push --all` from a clone that has it; if all are, see its address.",
                what,
                digest,
            )
        for digest, name in self.spoilt.items():
            what, value = f"{path}/{name}".rstrip("/"), split(digest)[1]
            yield Finding(
                Kind.CORRUPT,
                f"object {value} of {shown(what)} is not intact on remote {self.asked!r}: its"
                " content has another digest",
                "Find out who wrote it. Delete it there, then `mlvc push --all` from a clone that"
                " has it.",
                what,
                digest,
            )

    def _is_elsewhere(self, digest: str) -> bool:
        missing = self.bad[digest][1].code == Exit.MISSING
        return missing and bool(self.asked) and digest not in {**self.absent, **self.spoilt}


class Stock:
    """Proves outputs against the cache and, if `remote`, asks the remote for each object.

    If `deep`, what the remote has is read, each object once.
    """

    def __init__(self, project: Project, progress: Progress, *, remote: bool, deep: bool) -> None:
        self._store, self._prover = project.store, project.prover
        self._remote, self._deep, self._progress = remote, deep, progress
        self._read: dict[str, dict[str, bool]] = {}
        self._known: dict[tuple[str, Origin], Held] = {}

    def held(self, out: Output, *, model: bool) -> Held:
        """What there is of an output; of a `model` the SHA-256 is computed on the way.

        Raises `MlvcError` only where the remote cannot be asked.
        """
        key = (out.digest or "", out.origin)
        if key not in self._known:
            self._known[key] = self._look(out.digest or "", out.path, out.origin, model)
        return self._known[key]

    def _look(self, digest: str, path: str, origin: Origin, model: bool) -> Held:
        remote = self._asked(origin)
        names = {digest: ""}
        bad: dict[str, tuple[str, MlvcError]] = {}
        try:
            files = self._prover.content(digest, path).files
        except (MlvcError, OSError) as error:
            bad[digest] = ("", _as_refusal(error))
            files = (self._store.at(remote).manifest(digest) if remote else None) or {}
        names.update({inner: name for name, inner in files.items() if name})
        for inner, spoilt in self._spoilt(names, path, sha256=model):
            bad.setdefault(inner, (names[inner], spoilt))
        absent = self._store.at(remote).lacking(names) if remote else set()
        self._prover.rest()
        self._prover.put_away(digest)
        lacking = {inner: names[inner] for inner in names if inner in absent}
        there = {inner: name for inner, name in names.items() if inner not in absent}
        other = self._spoilt_there(there, path, remote) if remote and self._deep else {}
        return Held(len(names), bad, lacking, other, remote)

    def _spoilt_there(self, names: dict[str, str], path: str, remote: str) -> dict[str, str]:
        """Those of the remote's objects that are not what they should be."""
        read = self._read.setdefault(remote, {})
        fresh = names.keys() - read.keys()

        def told(done: int) -> None:
            self._progress(f"{path} on {remote} ({done:,} of {len(fresh):,})")

        spoilt = spoilt_on_remote(self._store.at(remote), fresh, told)
        read.update({digest: digest in spoilt for digest in fresh})
        return {digest: name for digest, name in names.items() if read[digest]}

    def _asked(self, origin: Origin) -> str:
        """The remote to ask: none for what is imported, which is on no remote of this one."""
        if not self._remote or origin.imported_by:
            return ""
        if remote := self._store.remote_of(origin.remote):
            return remote
        raise MlvcError(
            "no default DVC remote is configured here",
            "Add one: `dvc remote add --default NAME URL`.",
        )

    def _spoilt(
        self, names: dict[str, str], path: str, *, sha256: bool
    ) -> Iterator[tuple[str, MlvcError]]:
        """The objects that are not there, or not what they should be."""
        done = 0
        for some in batched(names, _AT_ONCE):
            self._progress(f"{path} ({done:,} of {len(names):,})" if done else path)
            done += len(some)
            if self._error({inner: names[inner] for inner in some}, path, sha256=sha256):
                for inner in some:
                    if error := self._error({inner: names[inner]}, path, sha256=sha256):
                        yield inner, error

    def _error(self, names: dict[str, str], path: str, *, sha256: bool) -> MlvcError | None:
        try:
            self._prover.prove(names, path, sha256=sha256)
        except (MlvcError, OSError) as error:
            return _as_refusal(error)
        return None


def _as_refusal(error: MlvcError | OSError) -> MlvcError:
    if isinstance(error, MlvcError):
        return error
    return MlvcError(
        f"{error.filename} cannot be read: {error.strerror}",
        "See whose it is, and what is wrong with the disk.",
        Exit.CORRUPT,
    )


def _here(digest: str, what: str, error: MlvcError, origin: Origin) -> Finding:
    """The finding of an object that is not as it should be in this cache."""
    value = split(digest)[1]
    if error.code != Exit.MISSING:
        return Finding(kind_of(error.code), shown(error.message), error.hint, what, digest)
    whence = "if a remote has it, which `mlvc verify --remote` tells"
    if origin.imported_by:
        whence = f"if it is still there whence {origin.imported_by} imports it"
    return Finding(
        Kind.MISSING,
        f"object {value} of {shown(what)} is missing here",
        f"{ObjectError.PULL} brings it, {whence}.",
        what,
        digest,
    )
