"""Names: of models, of release tags, and what a user may type for one of them.

The grammar is GTO's (`gto.constants.tag_re`), so that `gto show` and `dvc artifacts get` read what
mlvc writes, without what Git refuses in the name of a ref (`git help check-ref-format`).
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from mlvc.domain.version import Precedence, Version, parse_version, precedence
from mlvc.errors import Exit, MlvcError

_Read = TypeVar("_Read")
_NAME = r"[a-zA-Z0-9](?:[a-zA-Z0-9/_-]*[a-zA-Z0-9])?"
_MODEL = re.compile(rf"(?:[a-zA-Z0-9_./-]+=)?{_NAME}")
_NUMBER = re.compile(r"[0-9]+")
_VERSION_START = re.compile(r"v?[0-9]+\.[0-9]+\.[0-9]+")
_GRAMMAR = (
    "a name has letters, digits, '-', '_' and '/', and begins and ends with a letter or digit;"
    " the model of a subfolder is SUBFOLDER=NAME."
)


@dataclass(frozen=True)
class Query:
    """What a user typed for a release or a revision; the caller resolves it.

    `version` and `latest` are never both set. A bare word that could be a model is both `model`
    and `revision`: only who knows the models and the refs can tell. `text` is what was typed.
    """

    model: str | None = None
    version: Version | None = None
    latest: bool = False
    revision: str | None = None
    text: str = field(default="", compare=False)


@lru_cache
def is_model(name: str) -> bool:
    """Whether `name` can name a model, in GTO's grammar and in Git's."""
    if not _MODEL.fullmatch(name) or name.startswith("-") or ".." in name or "/=" in name:
        return False
    *folders, last = name.split("/")
    if any(not part or part.endswith(".lock") for part in folders):
        return False
    return not any(part.startswith(".") for part in (*folders, last))


def check_model(name: str) -> str:
    """`name`, if it can name a model; raises MlvcError (USAGE) otherwise."""
    if is_model(name):
        return name
    raise MlvcError(f"{name!r} is not a model name", _GRAMMAR, Exit.USAGE)


def format_release_tag(model: str, version: Version) -> str:
    """The tag of a release, `MODEL@vX.Y.Z`; raises MlvcError (USAGE) for what Git would refuse."""
    tag = f"{check_model(model)}@v{version}"
    if tag.endswith(".lock"):
        raise MlvcError(
            f"Git refuses the tag {tag!r}", "no name of a ref may end with '.lock'.", Exit.USAGE
        )
    return tag


def parse_release_tag(tag: str) -> tuple[str, Version] | None:
    """The model and version of a release tag; None for every other tag.

    Promotions (`A#prod#1`), deregistrations (`A@v1.0.0!`), `A@deprecated` and what is not SemVer
    are no release tags. GTO can put a number after one (`A@v1.0.0#2`), which says nothing more.
    """
    return _parsed(tag, parse_version)


def parse_release_order(tag: str) -> tuple[str, Precedence] | None:
    """The model of a release tag, and what puts its versions into order; None for other tags."""
    return _parsed(tag, precedence)


def _parsed(tag: str, read: Callable[[str], _Read]) -> tuple[str, _Read] | None:
    model, at, version = tag.rpartition("@v")
    if "#" in version:
        version, _, number = version.partition("#")
        if not _NUMBER.fullmatch(number):
            return None
    # The first digit is looked at here because `parse_version` lets another `v` pass.
    if not at or not version[:1].isdigit() or not is_model(model):
        return None
    try:
        return model, read(version)
    except MlvcError:
        return None


def dvc_address(model: str) -> str:
    """DVC's name of a model: `sub:name` for the model of a subfolder, tagged `sub=name`."""
    return model.replace("=", ":", 1)


def parse_query(text: str) -> Query:
    """What `text` may mean; raises MlvcError (USAGE) for what could be an option or a range."""
    _refuse_unsafe(text)
    if text in ("latest", "HEAD"):
        return Query(
            latest=text == "latest", revision=None if text == "latest" else text, text=text
        )
    if _VERSION_START.match(text) and (version := _version(text)):
        return Query(version=version, text=text)
    head, at, tail = text.rpartition("@")
    model = _model(head if at else text)
    if not at:
        return Query(model=model, revision=text, text=text)
    if model and tail == "latest":
        return Query(model=model, latest=True, text=text)
    if model and (version := _version(tail)):
        return Query(model=model, version=version, text=text)
    return Query(revision=text, text=text)


def _refuse_unsafe(text: str) -> None:
    unsafe = any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in text)
    if not text or text.startswith("-") or ".." in text or unsafe:
        raise MlvcError(
            f"{text!r} names no release and no revision",
            "say a version (1.2.0), a release (fraud@v1.2.0), a model, latest, HEAD or a revision.",
            Exit.USAGE,
        )


def _model(text: str) -> str | None:
    """The model that `text` may name, as tags write it; DVC's `sub:name` is read too."""
    model = text.replace(":", "=", 1)
    return model if is_model(model) else None


def _version(text: str) -> Version | None:
    try:
        return parse_version(text)
    except MlvcError:
        return None
