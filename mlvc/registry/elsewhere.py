"""A repository elsewhere, of which only what is asked for is brought here: no history.

A server that knows no filters sends what it has of the commits that are asked for.
"""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from mlvc.domain.registration import told
from mlvc.errors import MlvcError
from mlvc.registry import sharing
from mlvc.registry.clones import OPTIONS
from mlvc.registry.git import Git, GitFailed
from mlvc.registry.tag_reading import Tags, sorted_out

_HEADS = "refs/heads/"
_SHA256 = 64  # digits


def place_of(url: str, here: Path) -> tuple[str, Path | None]:
    """An address as git takes it in any folder, and the folder that it names on this machine."""
    path = Path(url.removeprefix("file://"))
    path = path if path.is_absolute() else here / path
    if "://" in url and not url.startswith("file://"):
        return url, None
    if path.exists():
        return str(path.resolve()), path.resolve()
    if ":" not in url:
        raise MlvcError(f"{url} is no repository: there is no such folder", "Name its address.")
    return url, None


def is_bare(folder: Path) -> bool:
    """Whether a folder is itself what Git keeps, as a bare repository is."""
    inside = (folder / "objects", folder / "refs")
    return (folder / "HEAD").is_file() and all(part.is_dir() for part in inside)


def shown(url: str, text: str = "") -> str:
    """An address, or a text about it, without the password that it may hold.

    A name alone is a token, as GitHub takes one, or else SSH's `git`.
    """
    scheme, _, rest = url.partition("://")
    who = rest.partition("/")[0].rpartition("@")[0]
    name, colon, _ = who.partition(":")
    hidden = f"{name}:…" if colon else "…" if scheme in ("http", "https") else who
    return (text or url).replace(f"{who}@", f"{hidden}@") if who else text or url


class Elsewhere:
    """The repository at `url`, seen through an empty one in `folder`, which is made here."""

    def __init__(self, url: str, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.git, self.url = Git(folder), url
        self.refs: Mapping[str, str] = self._looked()
        form = "sha256" if len(self.head) == _SHA256 else "sha1"
        self.git.plumb("init", "--quiet", f"--object-format={form}")
        self.git.plumb("config", "remote.origin.url", url)

    def _looked(self) -> Mapping[str, str]:
        try:
            return sharing.look(self.git, self.url)
        except MlvcError as error:
            raise MlvcError(
                shown(self.url, error.message), shown(self.url, error.hint), error.code
            ) from None

    @property
    def head(self) -> str:
        """The commit of its default branch; raises `MlvcError` where it has none."""
        if "HEAD" not in self.refs:
            heads = [ref.removeprefix(_HEADS) for ref in self.refs if ref.startswith(_HEADS)]
            raise MlvcError(
                f"{shown(self.url)} has no default branch",
                "Its HEAD names one that is not there. In it, name one that is:"
                f" `git symbolic-ref HEAD {_HEADS}{'main' if 'main' in heads else heads[0]}`."
                if heads
                else "Commit something there, and push.",
            )
        return self.refs["HEAD"]

    @property
    def tags(self) -> Tags:
        """Its releases and promotions by their names alone; what their texts say is not known."""
        names = ((r.removeprefix(sharing.TAGS), r) for r in self.refs if r.startswith(sharing.TAGS))
        # Only an annotated tag points at another object.
        whole = {
            name: self.refs[f"{ref}^{{}}"] for name, ref in names if f"{ref}^{{}}" in self.refs
        }
        found = (told(name, commit) for name, commit in whole.items())
        return sorted_out(filter(None, found))

    def bring_tags(self, names: Iterable[str], *, trees: bool) -> None:
        """Fetch tags with their commits and, if `trees`, what folders these have; no contents."""
        specs = [f"+{sharing.TAGS}{name}:{sharing.TAGS}{name}" for name in names]
        if trees:
            specs.append(f"+{self.head}:refs/mlvc/head")
        self._fetch(f"--filter={'blob:none' if trees else 'tree:0'}", specs, "--depth=1")
        if trees:
            self.git.plumb("update-ref", "--no-deref", "HEAD", self.head)

    def bring_blobs(self, ids: Iterable[str]) -> None:
        """Fetch contents in one go, which git would fetch one by one when they are read."""
        noop = ("-c", "fetch.negotiationAlgorithm=noop")
        data = "".join(f"{blob}\n" for blob in dict.fromkeys(ids)).encode()
        if data:
            # A server that gives no single objects has sent them before, or does one by one.
            with suppress(GitFailed):
                self.git.plumb(
                    *noop, "fetch", *OPTIONS, "--filter=blob:none", "--stdin", "origin", data=data
                )

    def _fetch(self, filtered: str, specs: list[str], *options: str) -> None:
        self.git.plumb(
            "fetch", *OPTIONS, filtered, *options, "--stdin", "origin",
            data=os.fsencode("".join(f"{spec}\n" for spec in specs)),
        )  # fmt: skip
