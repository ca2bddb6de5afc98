"""What a Git remote has, and taking it over or adding to it: nothing there is ever overwritten.

What it had is remembered in `refs/mlvc/remotes/NAME/`: its evaluations, and each tag as it was when
it was first seen.
"""

import re
from collections.abc import Iterable, Mapping

from mlvc.domain.remedy import remedy
from mlvc.domain.sharing import Tag, is_shared
from mlvc.errors import Exit, MlvcError
from mlvc.registry.evaluations import REMOTES
from mlvc.registry.git import Git, GitFailed

TAGS = "refs/tags/"
TURN = "refs/mlvc/promotions"
"""The tag of the promotion that was pushed last: of two who push at once, one finds it moved.

Their tags may have different names all the same, such as `m#production#4` and `m#staging#4`.
"""
_LOST = "Could not read from remote repository"
_PROTECTED = (
    "Where the branch is protected: `git switch --detach`, and a push takes tags and evaluations"
    " alone."
)
_ID = re.compile(r"\b[0-9a-f]{40,64} -> ")
_LOCK = re.compile(r"Unable to create '(.+\.lock)': File exists")
# NUL ends each field, since no text in Git holds one.
_FIELDS = (
    "%(refname)",
    "%(objectname)",
    "%(objecttype)",
    "%(tag)",
    "%(*objectname)",
    "%(*objecttype)",
    "%(taggerdate:unix)",
)
_FORMAT = "".join(f"{field}%00" for field in _FIELDS)


def seen_tags(remote: str) -> str:
    """Where the tags of a remote are remembered; ends with a slash."""
    return f"{REMOTES}/{remote}/tags/"


def seen_evaluations(remote: str) -> str:
    """The ref of what was fetched of its evaluations."""
    return f"{REMOTES}/{remote}/evaluations"


def followed(git: Git, branch: str | None) -> str:
    """The name of the Git remote that a branch (its full name) follows, else `origin`."""
    name = (branch or "").removeprefix("refs/heads/")
    found = git.maybe("config", "--get", f"branch.{name}.remote")
    return found if found and found != "." else "origin"


def is_remote(git: Git, name: str) -> bool:
    """Whether a remote of that name is configured; an address is none."""
    return git.maybe("config", "--get", f"remote.{name}.url") is not None


def look(git: Git, remote: str) -> dict[str, str]:
    """All refs of a remote, each with its id; `REF^{}` is what the tag REF points at.

    Raises `MlvcError` where it cannot be read.
    """
    try:
        listed = git.text("ls-remote", "--end-of-options", remote)
    except GitFailed as failed:
        raise MlvcError(
            f"Git remote {remote!r} cannot be read: {_why(failed)}",
            f"See whether `git ls-remote {remote}` works.",
        ) from failed
    rows = (line.partition("\t") for line in listed.split("\n"))
    return {ref: oid for oid, _, ref in rows if ref}


def _why(failed: GitFailed) -> str:
    """What git says of a remote; where it only lost the connection, what ssh said before."""
    said = failed.message.partition("failed: ")[2]
    before = failed.stderr.partition(said)[0].strip()
    return before.splitlines()[-1] if _LOST in said and before else said


def shared(refs: Mapping[str, str]) -> dict[str, str]:
    """The releases and promotions among refs, by name, with their ids."""
    names = {ref.removeprefix(TAGS): oid for ref, oid in refs.items() if ref.startswith(TAGS)}
    return {name: oid for name, oid in names.items() if is_shared(name)}


def read(git: Git, folder: str = TAGS) -> dict[str, Tag]:
    """The releases and promotions below a folder of refs, by name."""
    fields = git.text("for-each-ref", f"--format={_FORMAT}", folder).split("\0")
    starts = range(0, len(fields) - 1, len(_FIELDS))
    found: dict[str, Tag] = {}
    for start in starts:
        ref, oid, kind, called, commit, points_at, at = fields[start : start + len(_FIELDS)]
        name = ref.strip().removeprefix(folder)
        if is_shared(name):
            problem = _problem(name, kind, called, points_at)
            found[name] = Tag(name, oid, commit, int(at or 0), problem)
    return found


def _problem(name: str, kind: str, called: str, points_at: str) -> str:
    if kind != "tag":
        return f"tag {name} is lightweight: releases and promotions are annotated tags"
    if called != name:
        # A signature is of the name inside: a tag that was signed as another proves nothing.
        return f"tag {name} says of itself that it is {called}"
    return "" if points_at == "commit" else f"tag {name} does not point at a commit"


def fetch(git: Git, remote: str, refspecs: Iterable[str]) -> None:
    """Fetch these, if there are any; raises `MlvcError` where the remote does not give them."""
    data = "".join(f"{spec}\n" for spec in refspecs).encode()
    if not data:
        return  # git would take what is configured
    # Killed, maintenance leaves a lock that nobody speaks of, and nothing is tidied ever after.
    options = ("--quiet", "--no-tags", "--no-recurse-submodules", "--no-auto-maintenance")
    try:
        how = (*options, "--no-write-fetch-head", "--stdin", "--end-of-options")
        git.write("fetch", *how, remote, data=data)
    except GitFailed as failed:
        raise MlvcError(
            f"fetching from Git remote {remote!r} failed: {_why(failed)}",
            f"See whether `git fetch {remote}` works, then run again.",
        ) from failed


def branches(git: Git, remote: str) -> list[str]:
    """What `git fetch` brings of its branches, as configured, into remote-tracking ones alone.

    Not all that may be configured: a mirror's `+refs/*:refs/*` would follow a moved tag.
    """
    said = git.maybe("config", "--get-all", f"remote.{remote}.fetch") or ""
    tracking = f":refs/remotes/{remote}/"
    return [spec for spec in said.splitlines() if tracking in spec and spec[0] in "+r"]


def remember(git: Git, remote: str, tags: Mapping[str, str]) -> None:
    """Remember tags, by name with their ids, that the remote is now known to have."""
    known = read(git, seen_tags(remote)) if tags else {}
    create(git, {f"{seen_tags(remote)}{n}": oid for n, oid in tags.items() if n not in known})


def create(git: Git, refs: Mapping[str, str]) -> None:
    """Make new refs, all or none; raises `GitFailed` where one is there already."""
    if refs:
        data = "".join(f"create {ref} {oid}\n" for ref, oid in refs.items())
        git.plumb("update-ref", "--stdin", data=data.encode())


def send(git: Git, remote: str, refs: Mapping[str, str], turn: str | None = None) -> None:
    """Set refs of a remote to these ids, all or none; raises `GitFailed`.

    Nothing is forced. So git refuses a branch or record that does not follow from the one there,
    and a tag that is there already; and the remote refuses where its refs have moved meanwhile.
    The exception is `TURN`, which is set only if it is still `turn` there, or absent if that is
    empty; `refs` must have it then.
    """
    # A user's push.followTags would send tags whose objects nobody has looked at.
    options = ("--quiet", "--atomic", "--no-verify", "--no-follow-tags")
    lease = [] if turn is None else [f"--force-with-lease={TURN}:{turn}"]
    specs = [f"{oid}:{ref}" for ref, oid in refs.items()]
    git.write("push", *options, *lease, "--end-of-options", remote, *specs)


def refused(remote: str, failed: GitFailed) -> MlvcError:
    """The error for a push that the remote did not take."""
    lines = [line.strip() for line in failed.stderr.splitlines()]
    if held := _LOCK.search(failed.stderr):
        return MlvcError(
            f"Git remote {remote!r} did not take the push: {held[1].replace('/./', '/')} is there,"
            " so another push is at work, or was killed",
            "Wait, and push again: the objects are on their remote. If no git is at work there,"
            " delete that file.",
            Exit.LOCKED,
        )
    why = [line for line in lines if line.startswith("! [") and "atomic" not in line]
    said = _ID.sub("", why[0].removeprefix("! ")) if why else _why(failed)
    told = [line for line in lines if line.startswith("remote: ")]
    told.sort(key=lambda line: not line.startswith(("remote: error:", "remote: fatal:")))
    then = remedy(failed.stderr)
    goes_on = "The objects are on their remote, so a second push goes on from here."
    return MlvcError(
        f"Git remote {remote!r} did not take the push: {'; '.join([said, *told[:1]])}",
        f"{then}, then push again. {goes_on}" if then else f"{goes_on} {_PROTECTED}",
    )
