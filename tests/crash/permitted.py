"""Whether this machine lets a process be traced."""

import os
import platform
import sys
import tempfile
from pathlib import Path

from tests.crash.syscalls import ARCHITECTURES


def why_not() -> str:
    """Why the sweep cannot run here; nothing where it can."""
    if sys.platform != "linux":
        return "it traces system calls of Linux"
    if platform.machine() not in ARCHITECTURES:
        return f"it knows the system calls of {' and '.join(ARCHITECTURES)} only"
    return "" if _traces() else "ptrace or seccomp is not permitted (in a container, perhaps)"


def _traces() -> bool:
    """Whether a traced child's writes are seen; in a fork, for this may hang or be killed."""
    from tests.crash import forked

    with tempfile.TemporaryDirectory(prefix="mlvc-traced-") as folder:
        return forked.ran(lambda: 0 if _seen(Path(os.path.realpath(folder))) else 1).code == 0


def _seen(folder: Path) -> bool:
    from tests.crash.tracer import GO, Call, Tracer

    seen: list[Call] = []

    def visit(call: Call) -> int:
        seen.append(call)
        return GO

    code = Tracer(folder, visit).run(lambda: (folder / "x").write_text("y") - 1)
    return code == 0 and any(call.syscall.name == "write" for call in seen)
