"""Where workers clone from, and whether it has what they need."""

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit, urlunsplit

from mlvc.errors import Exit, MlvcError
from mlvc.ops.project import Project
from mlvc.registry import sharing

_SCHEMES = ("https", "http", "ssh", "git")
# git's short form, `git@example.com:models.git`; `ext::…` would be a command.
_SHORT = re.compile(r"[A-Za-z0-9][^/:\s]*:[^:\s]\S*")


def remote_of(project: Project) -> str:
    """The name of the Git remote that the branch follows, else `origin`."""
    return sharing.followed(project.repo.git, project.repo.branch)


def url_of(project: Project, remote: str) -> str:
    """The address of a remote, as any machine can use it.

    Raises `MlvcError` where it is a folder of this one, or holds a password.
    """
    # As configured: what `url.….insteadOf` makes of it may hold a token.
    url = project.repo.git.maybe("config", "--get", f"remote.{remote}.url")
    if not url:
        raise MlvcError(
            f"workers clone from the Git remote, and there is no remote {remote!r} here",
            "Add it and push: `git remote add origin URL`, `mlvc push`.",
        )
    return shareable(url, remote)


def shareable(url: str, remote: str) -> str:
    """The address without a user's name, but for SSH. Raises `MlvcError` as `url_of` does."""
    if "://" not in url and _SHORT.fullmatch(url):
        return url
    parts = _parts(url)
    if parts.password is not None:
        raise MlvcError(
            f"the address of remote {remote!r} holds a password, which is not sent to workers",
            f"Take it out: `git remote set-url {remote} URL`. Workers use their own credentials.",
        )
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise MlvcError(
            f"workers clone from the Git remote, and {remote!r} is {url!r}, which no other machine"
            " can reach",
            f"Its address must begin with one of {', '.join(_SCHEMES)}, or be as"
            " git@example.com:models.git.",
        )
    host = parts.netloc if parts.scheme == "ssh" else parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=host))


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:  # such as brackets that are no IPv6 address
        return SplitResult("", "", "", "", "")


def refuse_unpushed(project: Project, remote: str, needed: Mapping[str, str]) -> None:
    """Refuse commits (by id, what they are called) that no branch or tag of the remote leads to.

    Raises `MlvcError`, naming what to push.
    """
    git = project.repo.git
    refs = sharing.look(git, remote).items()
    tips = {tip for ref, tip in refs if ref.startswith(("refs/heads/", "refs/tags/"))}
    asked = "".join([*(f"{c}\n" for c in needed), *(f"^{tip}\n" for tip in tips)])
    # Tips that this clone does not have say nothing about what it has.
    found = git.read("rev-list", "--ignore-missing", "--stdin", data=asked.encode())
    lacking = set(found.decode().split()) & needed.keys()
    for commit in (commit for commit in needed if commit in lacking):
        raise MlvcError(
            f"{needed[commit]} is not on Git remote {remote!r}, where workers clone from",
            f"Push it, as by `git push` or by `mlvc push`; or `git fetch {remote}` if it is there.",
            Exit.MISSING,
        )
