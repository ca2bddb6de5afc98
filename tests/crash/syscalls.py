"""The system calls that change a filesystem or make a change last, and where they name a path."""

import platform
from dataclasses import dataclass

AT_FDCWD = -100
FICLONE = 0x40049409
WRITING = 0o1 | 0o2 | 0o100 | 0o1000 | 0o20000000  # O_WRONLY O_RDWR O_CREAT O_TRUNC __O_TMPFILE


@dataclass(frozen=True)
class Syscall:
    """`paths` are pairs of arguments (folder descriptor or None, path); `fd` is an argument.

    Of an opening call, `flags` is the argument that says whether it can change anything.
    """

    name: str
    numbers: tuple[int | None, int | None]  # x86_64, aarch64
    paths: tuple[tuple[int | None, int], ...] = ()
    fd: int | None = None
    flags: int | None = None
    syncs: bool = False

    @property
    def number(self) -> int | None:
        """Its number on this machine, None where there is no such call."""
        return self.numbers[ARCHITECTURES.index(platform.machine())]


ARCHITECTURES = ("x86_64", "aarch64")
ALL = (
    Syscall("open", (2, None), ((None, 0),), flags=1),
    Syscall("creat", (85, None), ((None, 0),)),
    Syscall("openat", (257, 56), ((0, 1),), flags=2),
    Syscall("openat2", (437, 437), ((0, 1),)),
    Syscall("write", (1, 64), fd=0),
    Syscall("pwrite64", (18, 68), fd=0),
    Syscall("writev", (20, 66), fd=0),
    Syscall("pwritev", (296, 70), fd=0),
    Syscall("pwritev2", (328, 287), fd=0),
    Syscall("sendfile", (40, 71), fd=0),
    Syscall("splice", (275, 76), fd=2),
    Syscall("copy_file_range", (326, 285), fd=2),
    Syscall("ioctl", (16, 29), fd=0),
    Syscall("truncate", (76, 45), ((None, 0),)),
    Syscall("ftruncate", (77, 46), fd=0),
    Syscall("fallocate", (285, 47), fd=0),
    Syscall("rename", (82, None), ((None, 0), (None, 1))),
    Syscall("renameat", (264, 38), ((0, 1), (2, 3))),
    Syscall("renameat2", (316, 276), ((0, 1), (2, 3))),
    Syscall("link", (86, None), ((None, 0), (None, 1))),
    Syscall("linkat", (265, 37), ((0, 1), (2, 3))),
    Syscall("symlink", (88, None), ((None, 1),)),
    Syscall("symlinkat", (266, 36), ((1, 2),)),
    Syscall("unlink", (87, None), ((None, 0),)),
    Syscall("rmdir", (84, None), ((None, 0),)),
    Syscall("unlinkat", (263, 35), ((0, 1),)),
    Syscall("mkdir", (83, None), ((None, 0),)),
    Syscall("mkdirat", (258, 34), ((0, 1),)),
    Syscall("chmod", (90, None), ((None, 0),)),
    Syscall("fchmod", (91, 52), fd=0),
    Syscall("fchmodat", (268, 53), ((0, 1),)),
    Syscall("fchmodat2", (452, 452), ((0, 1),)),
    Syscall("utimes", (235, None), ((None, 0),)),
    Syscall("utimensat", (280, 88), ((0, 1),)),
    Syscall("fsync", (74, 82), fd=0, syncs=True),
    Syscall("fdatasync", (75, 83), fd=0, syncs=True),
    Syscall("syncfs", (306, 267), fd=0, syncs=True),
    Syscall("sync", (162, 81), syncs=True),
)
BY_NUMBER = (
    {call.number: call for call in ALL if call.number is not None}
    if platform.machine() in ARCHITECTURES
    else {}
)
