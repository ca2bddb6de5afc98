"""Where filesystems are mounted: no rename crosses a mount, not even a bind mount.

`st_dev` alone does not tell: a bind mount (a volume of a container) has that of its
source, and rename(2) fails with EXDEV all the same.
"""

import os
import re
from pathlib import Path

_OCTAL = re.compile(rb"\\([0-7]{3})")


def mount_points() -> set[str]:
    """Every mount point, from /proc/self/mountinfo (proc(5)); empty without it."""
    try:
        lines = Path("/proc/self/mountinfo").read_bytes().splitlines()
    except OSError:
        return set()
    return {os.fsdecode(_unescape(line.split(b" ")[4])) for line in lines}


def _unescape(field: bytes) -> bytes:
    return _OCTAL.sub(lambda match: bytes([int(match[1], 8)]), field)


def mount_of(folder: Path, points: set[str]) -> tuple[int, str]:
    """What two folders have in common if a rename between them is possible."""
    path = os.path.realpath(folder)
    device = os.stat(path).st_dev
    while path not in points and path != "/":
        path = os.path.dirname(path)
    return device, path


def mounts_within(live: Path, points: set[str]) -> list[str]:
    """The mount points at or below `live`, which itself is not followed."""
    path = os.path.join(os.path.realpath(live.parent), live.name)
    return sorted(p for p in points if p == path or p.startswith(path + "/"))
