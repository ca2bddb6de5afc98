"""What differs in ZIP archives, as many models are one: skops, PyTorch, Keras, NumPy."""

import zlib
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo, is_zipfile

from mlvc.ops.reproduction.flattening import LARGE, flattened, is_document, key
from mlvc.workspace.confine import shown


def member(old: Path, new: Path) -> str:
    """The first member in which two archives differ, in words; empty where they are none."""
    if not all(map(is_zipfile, (old, new))):
        return ""
    try:
        with ZipFile(old) as before, ZipFile(new) as after:
            return f"in the archive {_first(before, after)}"
    except (BadZipFile, OSError, RuntimeError, ValueError, zlib.error):
        return ""  # spoilt, encrypted, or packed in a way that is not known here


def _first(old: ZipFile, new: ZipFile) -> str:
    before, after = ({info.filename: info for info in one.infolist()} for one in (old, new))
    names = dict.fromkeys([*before, *after])
    # Documents first, for they say more: that of skops has the version of scikit-learn.
    for name in sorted(names, key=lambda name: not is_document(name)):
        if name not in before or name not in after:
            return f"{shown(name)} is {'gone' if name in before else 'new'}"
        one, other = before[name], after[name]
        if (one.CRC, one.file_size) != (other.CRC, other.file_size):
            found = _in_document(name, (old, one), (new, other))
            return f"{shown(name)}{f': {found}' if found else ' differs'}"
    return "all is the same, but for times, order or compression"


def _in_document(name: str, *both: tuple[ZipFile, ZipInfo]) -> str:
    if not is_document(name) or any(info.file_size > LARGE for _, info in both):
        return ""
    before, after = (flattened(name, archive.read(info)) for archive, info in both)
    return key(before, after)
