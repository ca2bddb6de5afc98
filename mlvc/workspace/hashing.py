"""Digests of files and folders, as anyone can recompute them with coreutils."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from io import FileIO
from pathlib import Path
from typing import Protocol

_BLOCK = 1 << 20
# What DVC takes for a text, and how much else may be in it.
_TEXT = bytes(range(32, 127)) + b"\n\r\t\f\b"
_ODD = 0.30
# How a link fails that leads to nothing; what a disk or a right fails with is told.
_NOWHERE = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG}


class Hash(Protocol):
    """What `hashlib` gives."""

    def update(self, data: bytes | memoryview, /) -> None:
        """Take more bytes."""

    def hexdigest(self) -> str:
        """The digest of all bytes so far, in hex."""


def _hash_file(path: str | bytes | Path, *digests: Hash) -> str:
    """The last of the digests, in hex, of a file that is read once."""
    with open(path, "rb", buffering=0) as file:
        # A small file needs neither a buffer nor a second read to see its end.
        small = os.fstat(file.fileno()).st_size < _BLOCK
        block = file.read(_BLOCK) if small else b""
        for digest in digests:
            digest.update(block)
        if not small or len(block) == _BLOCK:
            _hash_rest(file, digests)
    return digests[-1].hexdigest()


def _hash_rest(file: FileIO, digests: tuple[Hash, ...]) -> None:
    block = bytearray(_BLOCK)
    view = memoryview(block)
    while count := file.readinto(block):
        for digest in digests:
            digest.update(view[:count])


def md5_file(path: str | Path) -> str:
    """The MD5 of a file's bytes in hex: DVC's name for it, proof of nothing."""
    return _hash_file(path, hashlib.md5(usedforsecurity=False))


def dvc_md5(path: str | Path, algorithm: str = "md5") -> str:
    """DVC's name for a file's content in hex: `md5`, or DVC 2's `md5-dos2unix`.

    The latter reads CRLF of texts as LF. Whether a block of 1 MiB is text is guessed from its
    first 512 bytes, and a CRLF across two blocks stays: as `dvc_data.hashfile.hash` has it, since
    the result must be the same.
    """
    if algorithm == "md5":
        return md5_file(path)
    digest = hashlib.md5(usedforsecurity=False)
    with open(path, "rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block.replace(b"\r\n", b"\n") if _is_text(block[:512]) else block)
    return digest.hexdigest()


def _is_text(block: bytes) -> bool:
    odd = len(block.translate(None, _TEXT))
    return b"\0" not in block and odd / len(block) <= _ODD


def sha256_file(path: str | Path) -> str:
    """The SHA-256 of a file's bytes in hex."""
    return _hash_file(path, hashlib.sha256())


def both_digests(path: str | Path, algorithm: str) -> tuple[str, str]:
    """DVC's name for a file's content and its SHA-256, both in hex."""
    if algorithm != "md5":
        return dvc_md5(path, algorithm), sha256_file(path)
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    _hash_file(path, md5, sha256)
    return md5.hexdigest(), sha256.hexdigest()


def sha256_tree(path: Path) -> str:
    r"""The SHA-256 of a folder in hex: of its sorted sha256sum listing.

    What `find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum |
    sha256sum` prints inside it (coreutils 9; only names that begin with a dash
    differ, that command takes them for options). A symlink to a file counts as the
    file, so DVC's `cache.type = symlink` has the digest of a copy; links to folders
    and to nothing, and special files are left out, as find and DVC leave them.
    """
    top = os.fsencode(path)
    names = list(_files(top, b""))
    return _listed({n: _hash_file(os.path.join(top, n), hashlib.sha256()) for n in names})


def sha256_listing(digests: Mapping[str, str]) -> str:
    """The same from the SHA-256 in hex of each file, by relative path."""
    if plain := _plainly(digests):
        return hashlib.sha256(plain.encode()).hexdigest()
    return _listed({os.fsencode(name): digest for name, digest in digests.items()})


def _plainly(digests: Mapping[str, str]) -> str:
    """The listing of names that nobody has to escape, and that sort as their bytes do; or ""."""
    text = "".join([f"{digests[name]}  {name}\n" for name in sorted(digests)])
    whole = text.isascii() and text.count("\n") == len(digests)
    return text if whole and "\\" not in text and "\r" not in text else ""


def _listed(digests: Mapping[bytes, str]) -> str:
    total = hashlib.sha256()
    for name in sorted(digests):
        total.update(_line(digests[name], name))
    if not digests:  # xargs runs sha256sum once all the same, on its empty stdin
        total.update(_line(hashlib.sha256().hexdigest(), b"-"))
    return total.hexdigest()


def sha256_path(path: Path) -> str:
    """The digest in hex of a file or a folder, links followed."""
    return sha256_tree(path) if path.is_dir() else sha256_file(path)


def _files(folder: bytes, prefix: bytes) -> Iterator[bytes]:
    with os.scandir(folder) as entries:
        for entry in entries:
            name = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path, name + b"/")
            elif entry.is_file(follow_symlinks=False) or _links_to_file(entry.path):
                yield name


def _links_to_file(path: bytes) -> bool:
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except OSError as error:
        if error.errno in _NOWHERE:
            return False
        raise


def _line(digest: str, name: bytes) -> bytes:
    """A line of sha256sum; it marks names it had to escape with a backslash."""
    escaped = name.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
    mark = b"\\" if escaped != name else b""
    return mark + digest.encode() + b"  " + escaped + b"\n"
