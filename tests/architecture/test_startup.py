"""Start-up is a feature: what is heavy is imported where it is used."""

import re
from pathlib import Path

from tests.project import PYTHON, run

HEAVY = {"dvc", "git", "numpy", "pandas", "pydantic", "sklearn"}
# What `-X importtime` writes for a module: self us, cumulative us, its name, indented.
LINE = re.compile(r"^import time: +\d+ \| +\d+ \| +(\S+)$", re.MULTILINE)


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    # Unmeasured, since coverage imports on its own account.
    done = run(
        *(PYTHON, "-I", "-X", "importtime", "-m", "mlvc", "--help"),
        cwd=tmp_path,
        env={"COVERAGE_PROCESS_CONFIG": ""},
    )
    imported = {name.split(".")[0] for name in LINE.findall(done.stderr)}
    assert "mlvc" in imported
    assert not imported & HEAVY
