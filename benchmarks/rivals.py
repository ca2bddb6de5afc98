"""`git lfs`: the same two versions, in a repository where Git itself holds pointers."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.building import NEW, OLD
from benchmarks.datasets import Dataset, write
from benchmarks.measuring import Stint
from benchmarks.processes import measure, output, say, succeeds

LFS = "git lfs"


@dataclass
class Lfs:
    """A Git LFS repository of a dataset. `missing` says why there is none."""

    dataset: Dataset
    path: Path
    env: Mapping[str, str]
    side: str = NEW
    missing: str = ""

    def measure(self, stint: Stint) -> None:
        """`git checkout TAG -- .` of the other version."""
        if self.missing:
            stint.note(LFS, "", self.missing)
            return
        self.side = OLD if self.side == NEW else NEW
        command = ["git", "checkout", "--quiet", f"v{self.side}", "--", "."]
        stint.time(LFS, "", lambda: measure(command, self.path, self.env))


def build_lfs(dataset: Dataset, folder: Path, env: Mapping[str, str]) -> Lfs:
    """The repository, built unless it is there or git-lfs is not installed."""
    lfs = Lfs(dataset, folder / f"{dataset.name}-lfs", env)
    built = lfs.path.with_suffix(".built")
    if not succeeds(["git", "lfs", "version"], folder, env):
        lfs.missing = "not installed"
    elif built.exists() and built.read_text(encoding="utf-8") == repr(dataset):
        _git(lfs, "checkout", "--quiet", f"v{NEW}", "--", ".")
    else:
        say(f"building {lfs.path.name}")
        built.unlink(missing_ok=True)
        shutil.rmtree(lfs.path, ignore_errors=True)
        _build(lfs)
        built.write_text(repr(dataset), encoding="utf-8")
    return lfs


def _build(lfs: Lfs) -> None:
    lfs.path.mkdir(parents=True)
    _git(lfs, "init", "--quiet")
    _git(lfs, "lfs", "install", "--local")
    _git(lfs, "lfs", "track", "model" if lfs.dataset.is_file else "model/**")
    for version in (OLD, NEW):
        write(lfs.dataset, version, lfs.path / "model")
        _git(lfs, "add", "--all")
        _git(lfs, "commit", "--quiet", "--message", f"Train {version}")
        _git(lfs, "tag", f"v{version}")


def _git(lfs: Lfs, *args: str) -> None:
    output(["git", *args], lfs.path, lfs.env)
