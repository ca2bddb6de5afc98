"""What `mlvc verify` says of a project, and a byte to flip."""

import os
from pathlib import Path
from typing import Any

from mlvc.cli.verbs.verify import content
from mlvc.ops.project import Project as Opened
from mlvc.ops.verifying import Scope, verify
from tests.project import Project


def verified(project: Project, *names: str, code: int = 0, **scope: Any) -> dict[str, Any]:
    """What verify finds, as --json has it, and that it ends with this exit code."""
    found = verify(Opened.find(project.path), Scope(names, **scope))
    assert found.status.exit == code, found
    return content(found)


def statuses(found: dict[str, Any]) -> dict[str, str]:
    """The status of each release."""
    return {row["name"]: row["status"] for row in found["releases"]}


def told(found: dict[str, Any]) -> list[str]:
    """All messages, without those that several releases share."""
    every = [*found["findings"], *(f for row in found["releases"] for f in row["findings"])]
    return list(dict.fromkeys(f["message"] for f in every))


def flip(file: Path) -> None:
    """Change a byte in place and put the time back: size, inode and time are as they were."""
    status = file.stat()
    file.chmod(0o644)
    data = file.read_bytes()
    with file.open("r+b") as opened:
        opened.write(bytes([data[0] ^ 1]))
    file.chmod(status.st_mode)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
