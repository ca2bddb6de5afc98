"""The artifacts and outputs of a tree, read straight from its YAML: what fast reads need.

No DVC is loaded, so templated values stay as they are written; `loading` resolves everything.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from mlvc.artifacts.documents import plain
from mlvc.domain.pipeline import Artifact, Output, Pipeline, Stage


def outlining(paths: Iterable[str]) -> list[str]:
    """Those of a tree's paths that an outline is made of."""
    return [p for p in paths if p.split("/")[-1] in ("dvc.yaml", "dvc.lock") or p.endswith(".dvc")]


def outline(documents: Mapping[str, Any]) -> Pipeline:
    """Stages with their outputs, and artifacts; no dependencies, commands or parameters.

    `documents` are what `documents.plain` makes of the files that `outlining` chooses.
    """
    stages: list[Stage] = []
    artifacts: list[Artifact] = []
    for path in sorted(documents):
        folder = PurePosixPath(path).parent
        if path.endswith("dvc.yaml"):
            document = _mapping(documents[path])
            lock = _mapping(documents.get(str(folder / "dvc.lock")))
            artifacts += _artifacts(path, folder, document)
            stages += _stages(path, folder, document, lock)
        elif path.endswith(".dvc"):
            outs = _outs(_mapping(documents[path]).get("outs"), folder, set())
            stages.append(Stage(path, "", outs=tuple(outs)))
    return Pipeline(tuple(stages), tuple(artifacts))


def locked_digests(
    lock: bytes, stage: Stage
) -> tuple[dict[str, str | None], dict[str, str | None]]:
    """What a `dvc.lock` says that a stage read and wrote: the digests by path."""
    entry = _mapping(_mapping(_mapping(plain(lock)).get("stages")).get(stage.name))
    folder = PurePosixPath(stage.wdir)
    read, wrote = (
        {out.path: out.digest for out in _outs(entry.get(section), folder, set())}
        for section in ("deps", "outs")
    )
    return read, wrote


def _artifacts(path: str, folder: PurePosixPath, document: dict[str, Any]) -> Iterator[Artifact]:
    for name, raw in _mapping(document.get("artifacts")).items():
        where = _mapping(raw).get("path")
        if isinstance(where, str):
            yield Artifact(path, str(name), os.path.normpath(folder / where), raw)


def _stages(
    path: str, folder: PurePosixPath, document: dict[str, Any], lock: dict[str, Any]
) -> Iterator[Stage]:
    defined = _mapping(document.get("stages"))
    for name, entry in _mapping(lock.get("stages")).items():
        raw = _mapping(defined.get(name, defined.get(str(name).split("@")[0])))
        raw = _mapping(raw.get("do", raw))
        wdir = folder / str(raw.get("wdir", "."))
        outs = _outs(_mapping(entry).get("outs"), wdir, set(_uncached(raw)))
        yield Stage(path, str(name), outs=tuple(outs))


def _outs(rows: Any, folder: PurePosixPath, uncached: set[str]) -> Iterator[Output]:
    for row in rows if isinstance(rows, list) else []:
        path, value = _mapping(row).get("path"), _mapping(row).get("md5")
        if isinstance(path, str):
            # DVC 2 wrote no `hash:`, and hashed texts with their line ends normalised.
            kind = row.get("hash", "md5-dos2unix")
            yield Output(
                path=os.path.normpath(folder / path),
                digest=f"{kind}:{value}" if value else None,
                cached=path not in uncached and row.get("cache", True) is not False,
            )


def _uncached(stage: dict[str, Any]) -> Iterator[str]:
    for section in ("outs", "metrics", "plots"):
        rows = stage.get(section)
        for row in rows if isinstance(rows, list) else []:
            for path, options in _mapping(row).items():
                if _mapping(options).get("cache") is False:
                    yield path


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
