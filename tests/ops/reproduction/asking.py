"""Ways to ask whether a revision reproduces, and to look at what must not change."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import yaml

from mlvc.ops.naming import released, resolve
from mlvc.ops.project import Project as Opened
from mlvc.ops.reproduction import How, Reproduced, reproduce
from tests.project import Project


def reproduced(project: Project, name: str = "HEAD", how: How | None = None) -> Reproduced:
    """`mlvc reproduce NAME` in this process."""
    opened = Opened.find(project.path)
    return reproduce(opened, released(opened, resolve(opened, name)), how or How())


def ran(found: Reproduced) -> dict[str, str]:
    """By stage, in the order in which they ran, how its outputs came out."""
    return {stage.stage: " ".join(out.status for out in stage.outputs) for stage in found.stages}


def objects(project: Project) -> dict[str, str]:
    """What the cache holds: the digest of each object's bytes by its path."""
    files = (path for path in (project.path / ".dvc/cache").rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def change(project: Project, path: str, old: str, new: str) -> None:
    """Replace a text that is in a file."""
    text = project.read(path)
    assert old in text, f"{old!r} is not in {path}"
    project.write(path, text.replace(old, new))


def edit_metrics(project: Project, **values: Any) -> None:
    """Write other metrics than those that the stage wrote."""
    metrics = {**json.loads(project.read("metrics.json")), **values}
    project.write("metrics.json", json.dumps(metrics, indent=2) + "\n")


@contextmanager
def editing(project: Project, path: str) -> Iterator[Any]:
    """The document of a YAML file, written again as the body leaves it."""
    document = yaml.safe_load(project.read(path))
    yield document
    project.write(path, yaml.safe_dump(document, sort_keys=False))
