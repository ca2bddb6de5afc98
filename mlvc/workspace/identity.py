"""Which thing an entry is, whatever it is called: how a step is known to be done."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Identity:
    """An entry's inode and, for all but folders, its size and mtime (ns).

    A rename changes none of them. Without the device: its number may differ after a
    reboot (btrfs, NFS, overlay), and what is compared is on one filesystem anyway.
    Needs inode numbers that last, as those of every Linux and macOS disk do.
    """

    inode: int
    kind: int
    size: int = 0
    mtime: int = 0

    @classmethod
    def of(cls, path: Path) -> "Identity | None":
        """The identity of the entry itself (links are not followed), if it exists."""
        try:
            status = os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        kind = stat.S_IFMT(status.st_mode)
        if stat.S_ISDIR(kind):
            return cls(status.st_ino, kind)
        return cls(status.st_ino, kind, status.st_size, status.st_mtime_ns)

    def is_entry(self, other: "Identity | None") -> bool:
        """Whether `other` is this inode, whatever was written to it since.

        The question for a slot: nobody else puts entries there, but a process may
        still write to a file that was moved into it.
        """
        return other is not None and (self.inode, self.kind) == (
            other.inode,
            other.kind,
        )
