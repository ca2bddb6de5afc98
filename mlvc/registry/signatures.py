"""Whether signed tags are what their signers signed: Git's answer, and the name inside."""

from typing import NamedTuple

from mlvc.domain.names import parse_release_tag
from mlvc.registry.git import Git, GitFailed

# Where nothing is set up here to check with, a signature is neither good nor bad.
_UNABLE = ("allowedSignersFile needs to be configured", "cannot run")


class Signature(NamedTuple):
    """`state` is `none`, `valid`, `invalid` or `unchecked`; `why` is what Git says of the last."""

    state: str
    why: str = ""


def check(git: Git, tag: str, tag_object: str) -> Signature:
    """The signature of a signed tag.

    A good signature under another name is invalid: anyone can point a ref at an old tag object.
    """
    try:
        git.read("verify-tag", "--end-of-options", tag_object)
    except GitFailed as failed:
        unable = any(text in failed.stderr for text in _UNABLE)
        return Signature("unchecked" if unable else "invalid", _reason(failed))
    named = next(
        line.removeprefix("tag ")
        for line in git.text("cat-file", "tag", tag_object).split("\n")
        if line.startswith("tag ")
    )
    if parse_release_tag(named) != parse_release_tag(tag):
        return Signature("invalid", f"what was signed is {named}")
    return Signature("valid")


def _reason(failed: GitFailed) -> str:
    lines = [line.strip() for line in failed.stderr.splitlines() if line.strip()]
    told = [line for line in lines if line.startswith(("error:", "gpg: BAD", "gpg: Can't"))]
    return (told or lines or ["no good signature"])[-1].removeprefix("error: ")
