"""The template before its first run, and after."""

import shutil
from pathlib import Path

import pytest

from tests.pipeline.flights_project import Flights, start


@pytest.fixture(scope="session")
def reproduced(isolated_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Flights:
    """A repository after its first `dvc repro`, committed. Tests read it and do not change it."""
    flights = start(tmp_path_factory.mktemp("reproduced") / "flights")
    flights.git("init", "--quiet")
    flights.dvc("init", "--quiet")
    flights.dvc("repro")
    flights.git("add", "--all")
    flights.git("commit", "--quiet", "--message", "First release")
    return flights


@pytest.fixture
def fresh(tmp_path: Path) -> Flights:
    """The template, nothing run yet, neither Git nor DVC."""
    return start(tmp_path / "flights")


@pytest.fixture
def own_copy(tmp_path: Path, reproduced: Flights) -> Flights:
    """A reproduced repository to change."""
    shutil.copytree(reproduced.path, tmp_path / "copy", symlinks=True)
    return Flights(tmp_path / "copy")
