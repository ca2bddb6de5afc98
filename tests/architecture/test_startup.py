"""Start-up is a feature: what is heavy is imported where it is used."""

import re
from pathlib import Path

import pytest

from tests.project import PYTHON, Project, run

HEAVY = {"distributed", "dvc", "git", "numpy", "pandas", "pydantic", "sklearn", "vl_convert"}
# What `-X importtime` writes for a module: self us, cumulative us, its name, indented.
LINE = re.compile(r"^import time: +\d+ \| +\d+ \| +(\S+)$", re.MULTILINE)


def imported(folder: Path, *args: str) -> set[str]:
    """The modules that a run of mlvc imports."""
    # Unmeasured, since coverage imports on its own account.
    done = run(
        *(PYTHON, "-I", "-X", "importtime", "-m", "mlvc", *args),
        cwd=folder,
        env={"COVERAGE_PROCESS_CONFIG": ""},
    )
    return set(LINE.findall(done.stderr))


@pytest.mark.parametrize("args", [("--help",), ("--version",), ("list", "--help")], ids=" ".join)
def test_help_imports_nothing_heavy(tmp_path: Path, args: tuple[str, ...]) -> None:
    found = imported(tmp_path, *args)
    assert "mlvc" in found
    assert not {name.split(".")[0] for name in found} & HEAVY


READING = [("list",), ("show",), ("which",), ("which", "model.bin"), ("history",)]
READING += [("environments",)]


@pytest.mark.parametrize("args", READING, ids=" ".join)
def test_verbs_that_only_read_import_nothing_heavy(
    built_two_releases: Project, args: tuple[str, ...]
) -> None:
    found = imported(built_two_releases.path, *args)
    assert "mlvc.ops.project" in found
    assert not {name.split(".")[0] for name in found} & HEAVY


def test_help_imports_no_verb(tmp_path: Path) -> None:
    assert not {n for n in imported(tmp_path, "--help") if n.startswith("mlvc.cli.verbs.")}
