"""Releases as annotated tags, in GTO's grammar."""

import time

from mlvc.domain import trailers
from mlvc.domain.names import parse_release_tag
from mlvc.domain.release import Release
from mlvc.registry.git import Git

_FORMAT = (
    "%(objecttype)%1f%(refname:strip=2)%1f%(*objectname)%1f%(*objecttype)%1f"
    "%(taggerdate:unix)%1f%(taggername) %(taggeremail)%1f%(contents)%1e"
)


def read(git: Git) -> tuple[tuple[Release, ...], tuple[str, ...]]:
    """All releases, and what is wrong with tags that look like one but are not.

    One `git for-each-ref`, whatever the number of tags.
    """
    releases, problems = [], []
    for record in git.text("for-each-ref", f"--format={_FORMAT}", "refs/tags").split("\x1e\n"):
        fields = record.removesuffix("\x1e").split("\x1f", 6)
        if len(fields) != _FORMAT.count("%1f") + 1 or "@" not in fields[1]:
            continue
        kind, tag, commit, points_at, at, tagger, contents = fields
        problem = _problem(kind, tag, points_at)
        if problem:
            problems.append(problem)
        elif release := Release.from_tag(tag, commit, int(at or 0), tagger, contents):
            releases.append(release)
    return tuple(sorted(releases, key=lambda r: (r.model, r.version))), tuple(problems)


def _problem(kind: str, tag: str, points_at: str) -> str:
    if parse_release_tag(tag) is None:
        return f"tag {tag} is not MODEL@vX.Y.Z" if "@v" in tag and not tag.endswith("!") else ""
    if kind != "tag":
        return f"tag {tag} is lightweight: releases are annotated tags"
    if points_at != "commit":
        return f"tag {tag} does not point at a commit"
    return ""


def next_date(git: Git, model: str) -> int:
    """The tagger date for the model's next tag, in epoch seconds.

    GTO and DVC order by whole seconds of it, so it is never at or before an earlier tag's.
    """
    out = git.text(
        "for-each-ref", "--sort=-taggerdate", "--count=1", "--format=%(taggerdate:unix)",
        f"refs/tags/{model}@v*", f"refs/tags/{model}#**",
    )  # fmt: skip
    return max(int(time.time()), int(out or 0) + 1)


def create(  # noqa: PLR0913 - a tag is that much
    git: Git, tag: str, commit: str, message: str, *, at: int, sign: bool
) -> None:
    """Write an annotated tag; raises `GitFailed` when the name is taken or signing fails."""
    git.write(
        "tag", "--annotate", *(["--sign"] if sign else []), "--cleanup=verbatim", "--file=-",
        "--end-of-options", tag, commit,
        data=message.encode(), env={"GIT_COMMITTER_DATE": f"{at} +0000"},
    )  # fmt: skip


def exists(git: Git, tag: str) -> bool:
    """Whether any tag of that name is there, of whatever kind."""
    return git.holds("show-ref", "--verify", "--quiet", f"refs/tags/{tag}")


def is_signed(contents: str) -> bool:
    """Whether a tag's contents end with a signature (its validity is Git's to say)."""
    return trailers.strip_signature(contents) != contents
