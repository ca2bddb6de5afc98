"""Repositories as users have them: a stage, its model in DVC's cache, two releases."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.datasets import Dataset, write
from benchmarks.processes import BIN, measure, output, say

VERSIONS = OLD, NEW, _ = ("1.0.0", "2.0.0", "3.0.0")
CACHES = ("copy", "hardlink")
_PIPELINE = """\
stages:
  train:
    cmd: python train.py
    deps:
    - train.py
    params:
    - version
    outs:
    - model
artifacts:
  model:
    path: model
    type: model
"""


@dataclass(frozen=True)
class Repository:
    """A built repository. `path` is its folder, `site` that of DVC's state."""

    dataset: Dataset
    cache: str
    path: Path
    env: Mapping[str, str]

    @property
    def model(self) -> Path:
        """The live output."""
        return self.path / "model"

    @property
    def site(self) -> Path:
        """Where DVC keeps its state, here so that it can be forgotten."""
        return self.path / ".dvc" / "tmp" / "site"

    def git(self, *args: str) -> str:
        """What `git ARGS` prints."""
        return output(["git", *args], self.path, self.env)

    def dvc(self, *args: str) -> None:
        """Run `dvc ARGS`."""
        measure([BIN / "dvc", *args], self.path, self.env)

    def mlvc(self, *args: str) -> None:
        """Run `mlvc ARGS`."""
        measure([BIN / "mlvc", *args], self.path, self.env)

    def version(self) -> str:
        """The version that the workspace holds."""
        return (self.path / "params.yaml").read_text(encoding="utf-8").split()[-1]

    def object(self, version: str) -> Path:
        """The cache object of the model of a release: a file, or a folder's manifest."""
        lock = self.git("show", f"model@v{version}:dvc.lock")
        outs = lock[lock.index("outs:") :]
        digest = outs.partition("md5: ")[2].split()[0]
        return self.path / ".dvc" / "cache" / "files" / "md5" / digest[:2] / digest[2:]


def build(dataset: Dataset, cache: str, folder: Path, env: Mapping[str, str]) -> Repository:
    """A repository with all releases, HEAD at the newest; one that is there is used again."""
    repository = Repository(dataset, cache, folder / f"{dataset.name}-{cache}", env)
    built = repository.path.with_suffix(".built")
    wanted = json.dumps(asdict(dataset))
    if built.exists() and built.read_text(encoding="utf-8") == wanted:
        _restore(repository)
    else:
        say(f"building {repository.path.name}")
        built.unlink(missing_ok=True)
        shutil.rmtree(repository.path, ignore_errors=True)
        _build(repository)
        built.write_text(wanted, encoding="utf-8")
    return repository


def _restore(repository: Repository) -> None:
    """A clean workspace, whatever an interrupted run left."""
    repository.git("reset", "--quiet", "--hard")
    repository.dvc("checkout", "--quiet", "--force")


def _build(repository: Repository) -> None:
    repository.path.mkdir(parents=True)
    repository.git("init", "--quiet")
    repository.dvc("init", "--quiet")
    for name, text in {
        ".dvc/config": f"[cache]\n    type = {repository.cache}\n",
        ".dvc/config.local": f"[core]\n    site_cache_dir = {repository.site}\n",
        "dvc.yaml": _PIPELINE,
        "train.py": "# The benchmark writes the model itself.\n",
        ".gitignore": "/model\n",
    }.items():
        (repository.path / name).write_text(text, encoding="utf-8")
    for version in VERSIONS[: repository.dataset.versions]:
        write(repository.dataset, version, repository.model)
        text = f"version: {version}\n"
        (repository.path / "params.yaml").write_text(text, encoding="utf-8")
        repository.dvc("commit", "--quiet", "--force", "train")
        repository.git("add", "--all")
        repository.git("commit", "--quiet", "--message", f"Train {version}")
        repository.mlvc("tag", version)
