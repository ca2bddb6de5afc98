"""What the figures were measured on, without the machine's name."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

_MIB = 1 << 20


def facts(home: Path) -> dict[str, object]:
    """Cores, memory, kernel, the filesystem of `home`, load, and the versions of who competes."""
    kernel = ".".join(platform.release().split(".")[:2])
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _MIB,
        "system": f"{platform.system()} {kernel}",
        "filesystem": _said("stat", "--file-system", "--format=%T", str(home)),
        "load_before": [round(load, 2) for load in os.getloadavg()],
        "python": platform.python_version(),
        "git": _said("git", "--version").removeprefix("git version "),
        "git_lfs": _said("git", "lfs", "version").partition(" ")[0],
        "dvc": version("dvc"),
        "mlvc": version("mlvc"),
        "mlvc_commit": _said("git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"),
    }


def _said(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "unknown"
    return done.stdout.strip() or "unknown"
