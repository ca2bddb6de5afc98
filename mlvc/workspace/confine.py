"""Which paths may be written: below the root, through no link, not into `.git`.

Manifests, lock files and journals come with a repository, so they are input of
strangers (DVC follows a `../x` of a manifest out of the repository).
"""

import os
import re
import stat
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from mlvc.errors import Exit, MlvcError

_FORBIDDEN = {".git": "Git's own files", ".dvc": "DVC's own files"}
_FIRST = frozenset("".join(name[0] for name in (*_FORBIDDEN, "git~1")) + "G")
# As nearly all are, of what may be many thousands: nothing in them has to be looked at.
_PLAIN = re.compile(r"[^/\0.gG][^/\0]*(?:/[^/\0.gG][^/\0]*)*")
# macOS ignores these in names, so ".g\u200cit" opens ".git" (CVE-2014-9390).
_IGNORED = dict.fromkeys(
    [0xFEFF, *range(0x200C, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070)]
)


def shown(path: str | Path) -> str:
    """A path as a message may carry it: no control characters, no broken text."""
    text = str(path)
    return text if text.isprintable() else ascii(text)


def confined(root: Path, relative: str, *, own: bool = False) -> Path:
    """The absolute path of `relative` below `root`, if mlvc may write there.

    MlvcError CORRUPT where the name itself is wrong, REFUSED where a folder on the
    way (below `root`) is a symlink. The last component may be one: it is replaced,
    not followed. `own` is as for `lexical`.
    """
    components = lexical(relative, own)
    path = Path(os.path.abspath(root))
    for component in components[:-1]:
        path /= component
        try:
            mode = os.lstat(path).st_mode
        except (FileNotFoundError, NotADirectoryError):
            break
        if stat.S_ISLNK(mode):
            raise MlvcError(
                f"{shown(relative)}: its folder {shown(path)} is a symlink",
                "mlvc writes through no links; replace it by a real folder.",
            )
    return Path(os.path.abspath(root), *components)


def lexical(relative: str, own: bool = False) -> list[str]:
    """The components of a relative path; MlvcError CORRUPT names what is wrong.

    `own` is for mlvc's own files: these may be in `.dvc` or `.git`.
    """
    if not relative:
        raise _wrong(relative, "it is empty")
    if relative.startswith("/"):
        raise _wrong(relative, "it is absolute")
    components = relative.split("/")
    for component in components:
        reason = _malformed(component) or ("" if own else _reserved(component))
        if reason:
            raise _wrong(relative, reason)
    return components


def _malformed(component: str) -> str:
    if component in ("", ".", ".."):
        return f"it has a component {component!r}"
    if "\0" in component:
        return "it has a NUL in it"
    try:
        os.fsencode(component)
    except UnicodeEncodeError:
        return "no file can have that name"
    return ""


def _reserved(component: str) -> str:
    if component.isascii() and component[0] not in _FIRST:
        return ""
    plain = component.translate(_IGNORED).casefold().rstrip(". ")
    plain = ".git" if plain == "git~1" else plain  # NTFS' short name of it
    return f"it leads into {_FORBIDDEN[plain]}" if plain in _FORBIDDEN else ""


def _wrong(path: str, reason: str) -> MlvcError:
    return MlvcError(
        f"path {shown(path) or repr('')} is not allowed: {reason}",
        "a file of this repository names it; find out who wrote it there.",
        Exit.CORRUPT,
    )


def check_names(paths: Iterable[str]) -> None:
    """Refuse a manifest that is no set of files below one folder.

    MlvcError CORRUPT for a path that `lexical` refuses, one that is there twice or
    is both file and folder.
    """
    every = list(paths)
    files = set(every)
    if len(files) == len(every) and _are_plain(every) and not files & _above(files):
        return
    files = set()
    folders: dict[str, str] = {}
    for path in every:
        folder, _, name = path.rpartition("/")
        if path in files:
            raise _wrong(path, "it is there twice")
        if folder not in folders or path.startswith("/"):
            lexical(path)
        elif reason := _malformed(name) or _reserved(name):
            raise _wrong(path, reason)
        files.add(path)
        _add_folders(folder, folders)
    for path in files & folders.keys():
        raise _wrong(path, f"it is a file and the folder of {shown(folders[path])}")


def _are_plain(paths: list[str]) -> bool:
    return "".join(paths).isascii() and all(map(_PLAIN.fullmatch, paths))


def _above(paths: Iterable[str]) -> set[str]:
    """The folders that paths lie in, at whatever depth."""
    found: set[str] = set()
    level = {path.rpartition("/")[0] for path in paths}
    while level := level - found - {""}:
        found |= level
        level = {path.rpartition("/")[0] for path in level}
    return found


def _add_folders(folder: str, folders: dict[str, str]) -> None:
    child = folder + "/"
    while folder and folder not in folders:
        folders[folder] = child
        child, folder = folder, folder.rpartition("/")[0]
    folders.setdefault("", "")


def folds(folder: Path) -> bool:
    """Whether two names that differ in case, or in Unicode form, are one in this empty folder.

    So it is on most disks of macOS and Windows, and in some folders of Linux.
    """
    probe, others = folder / "\u00e9a", (folder / "\u00e9A", folder / "e\u0301a")
    with open(probe, "xb"):
        found = any(os.path.lexists(other) for other in others)
    os.unlink(probe)
    return found


def check_folded(paths: Iterable[str]) -> None:
    """Refuse a manifest of which files would overwrite each other where names are folded.

    MlvcError REFUSED for two paths that differ only in case or in Unicode form.
    """
    folded: dict[str, str] = {}
    for path in paths:
        for one in (path, *map(str, PurePosixPath(path).parents)):
            other = folded.setdefault(_folded(one), one)
            if other != one:
                raise MlvcError(
                    f"{shown(one)} and {shown(other)} differ only in case or in Unicode form, and"
                    " are one name on this filesystem",
                    "restore it on a filesystem that tells them apart, such as that of Linux.",
                )


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()
