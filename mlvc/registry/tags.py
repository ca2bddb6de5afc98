"""Releases and promotions as annotated tags, in GTO's grammar."""

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from mlvc.domain import registration, trailers
from mlvc.domain.names import parse_release_tag
from mlvc.domain.promotion import Promotion, parse_promotion
from mlvc.domain.registration import Deregistration
from mlvc.domain.release import ReleaseTag
from mlvc.errors import MlvcError
from mlvc.registry.git import Git, GitFailed

# NUL ends each field, since no text in Git holds one.
_FIELDS = (
    "%(objecttype)",
    "%(refname:strip=2)",
    "%(*objectname)",
    "%(*objecttype)",
    "%(taggerdate:unix)",
    "%(taggername) %(taggeremail)",
    "%(contents)",
)
_FORMAT = "".join(f"{field}%00" for field in _FIELDS)
_AT_ONCE = 1000
LOST = "points at a commit that is missing here: `git fetch --tags` may bring it"
"""How a problem ends that is no fault of the tag's form."""


class Tags(NamedTuple):
    """What tags tell; `problems` is what is wrong with those that look like a release.

    `releases` are in the order of models and versions; `deregistered` are those that GTO took back.
    """

    releases: tuple[ReleaseTag, ...]
    promotions: tuple[Promotion, ...]
    problems: tuple[str, ...]
    deregistered: Mapping[str, Deregistration]


def read(git: Git) -> Tags:
    """All releases and promotions.

    One `git for-each-ref`, whatever the number of tags.
    """
    try:
        return _sorted_out(_records(git, ["refs/tags"]), [])
    except GitFailed:
        # It dies of a single tag whose commit is not here (a shallow fetch, a prune).
        return _sorted_out(*_readable(git))


def _sorted_out(records: Iterable[tuple[str, ...]], problems: list[str]) -> Tags:
    releases, promotions, ended = list[ReleaseTag](), list[Promotion](), list[Deregistration]()
    for kind, tag, commit, points_at, at, tagger, contents in records:
        if "@" not in tag and "#" not in tag:
            continue
        # A newline ends each record, and so stands before the next one's first field.
        whole = (kind.strip(), points_at) == ("tag", "commit")
        release = ReleaseTag.of(tag, commit, int(at or 0), tagger, contents)
        if whole and release:
            releases.append(release)
        elif problem := _problem(kind.strip(), tag, points_at):
            problems.append(problem)
        elif whole:
            told = (tag, commit, int(at or 0), tagger, contents)
            promotions += filter(None, (parse_promotion(*told),))
            ended += filter(None, (registration.parse_deregistration(*told),))
    if any("#" in release.tag for release in releases):
        releases = registration.said_last(releases)
    releases.sort()  # no two have the same first three fields, model, order and tag
    held = registration.in_force(releases, ended)
    promotions = registration.taken_out(promotions, held.values())
    return Tags(tuple(releases), tuple(promotions), tuple(sorted(problems)), held)


def _records(git: Git, patterns: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The fields of each tag below `patterns`."""
    return git.records(len(_FIELDS), "for-each-ref", f"--format={_FORMAT}", *patterns)


def _readable(git: Git) -> tuple[list[tuple[str, ...]], list[str]]:
    """The same where objects are missing: the tags that are whole, and a word on the others."""
    names = git.text("for-each-ref", "--format=%(refname)", "refs/tags").split("\n")
    whole = _whole(git, names)
    records: list[tuple[str, ...]] = []
    for start in range(0, len(whole), _AT_ONCE):
        records += _records(git, whole[start : start + _AT_ONCE])
    lost = sorted(name.removeprefix("refs/tags/") for name in set(names) - set(whole))
    return records, [f"tag {tag} {LOST}" for tag in lost if parse_release_tag(tag)]


def _whole(git: Git, names: list[str]) -> list[str]:
    """Those refs whose tag and commit are here."""
    asked = os.fsencode("".join(f"{name}^{{}}\n" for name in names))
    answers = os.fsdecode(git.read("cat-file", "--batch-check", data=asked)).splitlines()
    return [n for n, said in zip(names, answers, strict=True) if not said.endswith(" missing")]


def _problem(kind: str, tag: str, points_at: str) -> str:
    if parse_release_tag(tag) is None:
        return f"tag {tag} is not MODEL@vX.Y.Z" if "@v" in tag and "!" not in tag else ""
    if kind != "tag":
        return f"tag {tag} is lightweight: releases are annotated tags"
    if points_at != "commit":
        return f"tag {tag} does not point at a commit"
    return ""


def next_date(git: Git, model: str) -> int:
    """The tagger date for the model's next tag, in epoch seconds.

    GTO and DVC order by whole seconds of it, so it is never at or before an earlier tag's.
    """
    out = git.maybe(
        "for-each-ref", "--sort=-taggerdate", "--count=1", "--format=%(taggerdate:unix)",
        *_of(model),
    )  # fmt: skip
    return max(int(time.time()), int(out or 0) + 1)


def next_number(git: Git, model: str) -> int:
    """The number of the model's next promotion: one more than any of its tags has, of any kind."""
    names = git.text("for-each-ref", "--format=%(refname)", *_of(model)).splitlines()
    ends = (name.rpartition("#")[2] for name in names)
    return 1 + max((int(end) for end in ends if end.isdecimal()), default=0)


def _of(model: str) -> tuple[str, str, str]:
    """The patterns of a model's tags."""
    start = f"refs/tags/{model}"
    return f"{start}@v*", f"{start}#*", f"{start}#*/**"


def create(  # noqa: PLR0913 - a tag is that much
    git: Git, tag: str, commit: str, message: str, *, at: int, sign: bool
) -> None:
    """Write an annotated tag; raises `MlvcError` when the name is taken or signing fails."""
    try:
        git.write(
            "tag", "--annotate", *(["--sign"] if sign else []), "--cleanup=verbatim", "--file=-",
            "--end-of-options", tag, commit,
            data=message.encode(), env={"GIT_COMMITTER_DATE": f"@{at} +0000"},
        )  # fmt: skip
    except GitFailed as failed:
        raise _unsigned(tag, failed.stderr) if sign else failed from failed
    # Git 2.39 writes the tag without a signature, and says that all is well, when SSH has no key.
    if sign and not _is_signed(git, tag):
        delete(git, tag)
        raise _unsigned(tag, "no key could be used")


def _is_signed(git: Git, tag: str) -> bool:
    """Whether a signature is there; its validity is Git's to say."""
    text = git.text("cat-file", "tag", f"refs/tags/{tag}")
    return trailers.strip_signature(text) != text


def _unsigned(tag: str, why: str) -> MlvcError:
    return MlvcError(
        f"Git could not sign {tag}: {why.strip().splitlines()[0]}",
        "Set gpg.format and user.signingKey, or release without a signature"
        " (no `--sign`, tag.gpgSign off). Nothing was changed.",
    )


def signs(git: Git, *, asked: bool) -> bool:
    """Whether Git will sign a tag: `asked` to, or by the user's configuration."""
    return asked or git.maybe("config", "--type=bool", "tag.gpgSign") == "true"


def delete(git: Git, tag: str) -> None:
    """Take back a tag that was made just now."""
    git.write("update-ref", "-d", f"refs/tags/{tag}")


def exists(git: Git, tag: str) -> bool:
    """Whether any tag of that name is there, of whatever kind."""
    return git.holds("show-ref", "--verify", "--quiet", f"refs/tags/{tag}")


def objects(git: Git) -> dict[str, str]:
    """The id of every tag's own object, by the tag's name."""
    rows = git.text("for-each-ref", "--format=%(objectname) %(refname:strip=2)", "refs/tags")
    return {tag: found for found, _, tag in (row.partition(" ") for row in rows.splitlines())}


def dates(git: Git) -> dict[str, int]:
    """When every annotated tag was made, in epoch seconds, by its name."""
    rows = git.maybe("for-each-ref", "--format=%(taggerdate:unix) %(refname:strip=2)", "refs/tags")
    found = (row.partition(" ") for row in (rows or "").splitlines())
    return {tag: int(at) for at, _, tag in found if at}


def points_at(git: Git, tag: str) -> str | None:
    """The commit of a tag, if there is one."""
    return git.maybe("rev-parse", "-q", "--verify", f"refs/tags/{tag}^{{commit}}")
