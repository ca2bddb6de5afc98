import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from diskcache import Timeout
from dvc_data.hashfile.cache import Cache

from mlvc.artifacts import patience
from mlvc.artifacts.failures import explained
from mlvc.errors import MlvcError


def test_a_database_of_dvc_that_cannot_be_written_is_given_up(tmp_path: Path) -> None:
    patience.limit()
    patience.limit()
    cache = Cache(str(tmp_path), timeout=0)
    cache["a"] = 1
    other = sqlite3.connect(tmp_path / "cache.db")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Timeout):
        cache["a"] = 2
    other.rollback()
    assert cache["a"] == 1


@pytest.mark.parametrize("error", [Timeout(), sqlite3.OperationalError("disk I/O error")])
def test_a_database_of_dvc_that_cannot_be_written_is_no_bug_of_mlvc(error: Exception) -> None:
    with (
        pytest.raises(MlvcError, match=r"looking: DVC cannot use its database"),
        explained("looking"),
    ):
        raise error


def test_it_runs_dvc() -> None:
    command = (sys.executable, "-I", "-m", "mlvc.artifacts.patience", "version")
    assert (
        "DVC version" in subprocess.run(command, capture_output=True, text=True, check=True).stdout
    )
