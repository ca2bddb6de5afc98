"""Versions: SemVer, as https://semver.org has it, and how a version follows another."""

import re
from functools import lru_cache

from mlvc.domain.semver import Part, Precedence, Version
from mlvc.errors import Exit, MlvcError

__all__ = ["FIRST", "Part", "Precedence", "Version", "bump", "first", "parse_version", "precedence"]

FIRST = Version(0, 1, 0)

# A version ends up in the name of a tag, and file systems stop at 255 bytes.
_LONGEST = 200
_LABEL = re.compile(r"[0-9A-Za-z-]*[A-Za-z-][0-9A-Za-z-]*")
_MANY = 10_000  # the models of a repository have many versions in common
_GRAMMAR = "versions are MAJOR.MINOR.PATCH[-PRE][+BUILD], such as 1.2.0 or 1.3.0-rc.1."


@lru_cache(_MANY)
def parse_version(text: str) -> Version:
    """The version that `text` spells, with or without a leading `v`.

    Raises MlvcError (USAGE) for what is not SemVer.
    """
    try:
        if len(text) <= _LONGEST:
            return Version.parse(text.removeprefix("v"))
    except ValueError:
        pass
    raise MlvcError(f"{text[:_LONGEST]!r} is not a version", _GRAMMAR, Exit.USAGE)


@lru_cache(_MANY)
def precedence(text: str) -> Precedence:
    """What the order of versions is the order of; raises MlvcError (USAGE) as `parse_version`."""
    return parse_version(text).precedence


def first(pre: str | None = None) -> Version:
    """The version of a model's first release: `FIRST`, or its first prerelease."""
    return FIRST.labelled(f"{_label(pre)}.1") if pre is not None else FIRST


def bump(version: Version, part: Part, pre: str | None = None) -> Version:
    """The version that follows `version`; it is always higher.

    A prerelease already stands for a coming version: where that covers `part`, no second step is
    made (1.3.0-rc.1 becomes 1.3.0, or 1.3.0-rc.2 with `pre`). A label that would sort before the
    present one takes the next patch.

    Raises MlvcError (USAGE) when `pre` is not one label such as `rc`.
    """
    covers = _covers(version, part)
    if pre is None:
        return version.labelled(None) if covers else version.raised(part)
    label = _label(pre)
    if not covers:
        return version.raised(part).labelled(f"{label}.1")
    following = version.labelled(_counted(version.prerelease or "", label))
    return following if following > version else version.raised("patch").labelled(f"{label}.1")


def _counted(prerelease: str, label: str) -> str:
    """The prerelease of a label that follows another one, which may be of another label."""
    if not f"{prerelease}.".startswith(f"{label}."):
        return f"{label}.1"
    before, dot, last = prerelease.rpartition(".")
    return f"{before}{dot}{int(last) + 1}" if last.isdigit() else f"{prerelease}.1"


def _covers(version: Version, part: Part) -> bool:
    """Whether a prerelease already is the step that `part` asks for."""
    if not version.prerelease:
        return False
    lower = {"major": (version.minor, version.patch), "minor": (version.patch,), "patch": ()}
    return not any(lower[part])


def _label(pre: str) -> str:
    if len(pre) <= _LONGEST and _LABEL.fullmatch(pre):
        return pre
    raise MlvcError(
        f"{pre[:_LONGEST]!r} is not a prerelease label",
        "use letters, digits and dashes with at least one letter, such as rc; mlvc counts.",
        Exit.USAGE,
    )
