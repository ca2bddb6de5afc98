"""A project made from the template, with fewer months and trees: so the tests are quick."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

import mlvc
from tests.project import Project, run

PIPELINE = Path(mlvc.__file__).parent / "pipeline"
TEMPLATE = PIPELINE / "template"


@dataclass(frozen=True)
class Flights(Project):
    """A folder with the flights pipeline in it."""

    def stage(self, name: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run one stage file, without DVC; its exit code may be any."""
        script = f"pipeline/{name}.py"
        return run(sys.executable, script, cwd=self.path, check=False, env=variables)

    def params(self) -> dict[str, Any]:
        """The parameters as they are."""
        content: dict[str, Any] = yaml.safe_load(self.read("params.yaml"))
        return content

    def set(self, section: str, **values: object) -> None:
        """Change parameters of a section."""
        params = self.params()
        params[section].update(values)
        self.write("params.yaml", yaml.safe_dump(params))

    def content(self, path: str) -> bytes:
        """The bytes of a file."""
        return (self.path / path).read_bytes()

    def take(self, folder: str, other: Project) -> None:
        """Copy a folder of outputs from another project."""
        shutil.copytree(other.path / folder, self.path / folder)


def start(path: Path) -> Flights:
    """What `mlvc init --template flights` writes, with quick parameters; nothing has run yet."""
    (path / "pipeline").mkdir(parents=True)
    for module in PIPELINE.glob("*.py"):
        if module.name != "__init__.py":
            shutil.copy(module, path / "pipeline")
    for name in ("dvc.yaml", "params.yaml"):
        shutil.copy(TEMPLATE / name, path)
    shutil.copy(TEMPLATE / "gitignore", path / ".gitignore")
    flights = Flights(path)
    flights.set("prepare", train_months=[2], evaluate_months=[3])
    flights.set("train", max_iter=10)
    return flights
