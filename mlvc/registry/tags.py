"""Tags as Git keeps them: what their names hold, and writing them."""

import time

from mlvc.domain import trailers
from mlvc.errors import MlvcError
from mlvc.registry.git import Git, GitFailed

ALL = "refs/tags"


def next_date(git: Git, model: str) -> int:
    """The tagger date for the model's next tag, in epoch seconds.

    GTO and DVC order by whole seconds of it, so it is never at or before an earlier tag's.
    """
    out = git.maybe(
        "for-each-ref", "--sort=-taggerdate", "--count=1", "--format=%(taggerdate:unix)",
        *of_model(model),
    )  # fmt: skip
    return max(int(time.time()), int(out or 0) + 1)


def next_number(git: Git, model: str) -> int:
    """The number of the model's next promotion: one more than any of its tags has, of any kind."""
    names = git.text("for-each-ref", "--format=%(refname)", *of_model(model)).splitlines()
    ends = (name.rpartition("#")[2] for name in names)
    return 1 + max((int(end) for end in ends if end.isdecimal()), default=0)


def of_model(model: str) -> tuple[str, str, str]:
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
        withdraw(git, tag, git.text("rev-parse", f"{commit}^{{commit}}"), mark(at, message))
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


def delete(git: Git, tag: str, was: str) -> None:
    """Take back a tag whose own id is `was`."""
    git.write("update-ref", "-d", f"refs/tags/{tag}", was)


def mark(at: int, message: str) -> str:
    """What tells a tag from another one of its name and commit: its date and title."""
    title = message.strip().partition("\n\n")[0]
    return f"{at} {' '.join(title.splitlines())}"


def withdraw(git: Git, tag: str, commit: str, marked: str) -> None:
    """Take back a tag, as far as it was made: where it is of that commit and has that `mark`.

    Else it is another one, which another worktree has made since under that name.
    """
    form = "--format=%(refname:strip=2)%00%(objectname)%00%(*objectname)%00"
    form += "%(taggerdate:unix) %(contents:subject)"
    for row in git.text("for-each-ref", form, f"{ALL}/{tag}").splitlines():
        name, was, *made = row.split("\0")
        if (name, made) == (tag, [commit, marked]):
            delete(git, tag, was)


def exists(git: Git, tag: str) -> bool:
    """Whether any tag of that name is there, of whatever kind."""
    return git.holds("show-ref", "--verify", "--quiet", f"refs/tags/{tag}")


def objects(git: Git) -> dict[str, str]:
    """The id of every tag's own object, by the tag's name."""
    rows = git.text("for-each-ref", "--format=%(objectname) %(refname:strip=2)", ALL)
    return {tag: found for found, _, tag in (row.partition(" ") for row in rows.splitlines())}


def dates(git: Git) -> dict[str, int]:
    """When every annotated tag was made, in epoch seconds, by its name."""
    rows = git.maybe("for-each-ref", "--format=%(taggerdate:unix) %(refname:strip=2)", ALL)
    found = (row.partition(" ") for row in (rows or "").splitlines())
    return {tag: int(at) for at, _, tag in found if at}


def id_of(git: Git, tag: str) -> str | None:
    """The id of a tag's own object, if there is one."""
    return git.maybe("rev-parse", "-q", "--verify", f"refs/tags/{tag}")
