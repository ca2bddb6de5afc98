"""The datasets: how many files of which size, and how many of them differ between two versions."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

_KIB = 1 << 10
_BLOCK = 1 << 20
_PER_FOLDER = 1000


@dataclass(frozen=True)
class Dataset:
    """A model in two versions or three; one file is a file output, more are a folder output.

    With three, the tree that the last switch left is of neither version of the next one.
    """

    name: str
    files: int
    size: int  # bytes of each
    changed: int
    rounds: int = 5
    versions: int = 2

    @property
    def is_file(self) -> bool:
        """Whether the model is a file by itself."""
        return self.files == 1

    @property
    def title(self) -> str:
        """What a table calls it."""
        count = "one file" if self.is_file else f"{self.files:,} files"
        less = "" if self.changed == self.files else f", {self.changed:,} changed"
        return f"({self.name}) {count} of {_amount(self.size)}{less}"

    def scaled(self, factor: int) -> "Dataset":
        """The same, smaller: a single file in size, a folder in files."""
        if self.is_file:
            return replace(self, size=max(_KIB, self.size // factor))
        files = max(2, self.files // factor)
        return replace(self, files=files, changed=min(files, max(1, self.changed // factor)))


DATASETS = {
    "a": Dataset("a", 1, 1 << 30, 1),
    "b": Dataset("b", 10_000, 10 * _KIB, 10_000),
    "c": Dataset("c", 100_000, _KIB, 100_000, rounds=3),
    "d": Dataset("d", 10_000, 10 * _KIB, 100, versions=3),
}
# What a rollback costs that has next to nothing to restore.
TINY = Dataset("tiny", 1, _KIB, 1)


def write(dataset: Dataset, version: str, model: Path) -> None:
    """Write the model: the first version whole, a later one over it where it differs."""
    chance = random.Random(f"{dataset.name} {version}")  # noqa: S311 - reproducible, not secret
    later = model.exists()
    for index in range(dataset.changed if later else dataset.files):
        # Spread over the folder, as real changes are.
        number = index * dataset.files // dataset.changed if later else index
        path = model if dataset.is_file else model / _name(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # it may be a link to the cache
        with path.open("xb") as file:
            file.writelines(_content(chance, dataset.size))


def _content(chance: random.Random, size: int) -> Iterator[bytes]:
    for done in range(0, size, _BLOCK):
        yield chance.randbytes(min(_BLOCK, size - done))


def _name(number: int) -> str:
    return f"{number // _PER_FOLDER:03}/{number % _PER_FOLDER:03}.bin"


def _amount(size: int) -> str:
    for unit in ("B", "KiB", "MiB"):
        if size < _KIB or size % _KIB:
            return f"{size} {unit}"
        size //= _KIB
    return f"{size} GiB"
