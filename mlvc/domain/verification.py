"""What verifying releases found: each finding, each release's status, and the exit code."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from mlvc.errors import Exit


class Kind(StrEnum):
    """What is wrong, the worst first; OK where nothing is.

    FORGED is a model whose bytes are not those of its `Model-Digest`. MOVED and DELETED are about
    tags as they were first seen here, MALFORMED about tags that only look like a release. REFUSED
    is a release that cannot be looked into, and NEIGHBOUR one of another DVC project in the same
    repository, which is verified there.
    """

    FORGED = "forged"
    CORRUPT = "corrupt"
    MISSING = "missing"
    MOVED = "moved"
    DELETED = "deleted"
    SIGNATURE = "bad signature"
    MALFORMED = "malformed"
    REFUSED = "refused"
    OK = "ok"
    NEIGHBOUR = "not of this project"

    @property
    def exit(self) -> Exit:
        """The exit code of a run that found this."""
        return _EXITS.get(self, Exit.REFUSED)


_ORDER = list(Kind)
_EXITS = {
    Kind.OK: Exit.OK,
    Kind.NEIGHBOUR: Exit.OK,
    Kind.MISSING: Exit.MISSING,
    Kind.CORRUPT: Exit.CORRUPT,
    Kind.FORGED: Exit.CORRUPT,
}


def kind_of(code: Exit) -> Kind:
    """The kind of finding that an error with this exit code is."""
    return {Exit.MISSING: Kind.MISSING, Exit.CORRUPT: Kind.CORRUPT}.get(code, Kind.REFUSED)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, and what to do; `path` and `object` where it is about an object."""

    kind: Kind
    message: str
    hint: str = ""
    path: str = ""
    object: str = ""


@dataclass(frozen=True)
class Checked:
    """One release as it was found.

    `objects` are all that its lineage needs, `elsewhere` those of them that only the remote has.
    `digest` says whether the model has the bytes of its `Model-Digest`: `proven`, `not recorded`
    or `unproven`; `signature` is `none`, `valid`, `invalid` or `unchecked`. `note` is of what is
    worth a word and no fault.
    """

    name: str
    commit: str
    tag_object: str
    objects: int
    elsewhere: int
    digest: str
    signature: str
    findings: tuple[Finding, ...] = ()
    note: str = ""

    @property
    def status(self) -> Kind:
        """The worst of the findings."""
        return worst(self.findings)


@dataclass(frozen=True)
class Verified:
    """All releases that were asked for; `findings` are about tags that are none of them.

    `first_seen` tags were never seen here before: whether they moved earlier, nobody can tell.
    """

    releases: tuple[Checked, ...]
    findings: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()
    first_seen: int = 0

    @property
    def status(self) -> Kind:
        """The worst of all findings; what is another project's is no fault of this one."""
        every = (*self.findings, *(found for one in self.releases for found in one.findings))
        return min(worst(every), Kind.OK, key=_ORDER.index)


def worst(findings: Iterable[Finding]) -> Kind:
    """The worst kind of some findings; OK for none."""
    return min((found.kind for found in findings), key=_ORDER.index, default=Kind.OK)
