"""Repositories as DVC 2 left them: no `hash:` in the lock, its own digests, its own cache."""

import json
from pathlib import Path
from typing import Any

import yaml
from dvc_data.hashfile.hash import file_md5

from tests.project import Project


def as_dvc_2(project: Project) -> None:
    """Rewrite `dvc.lock`, the `.dvc` files and the cached objects, and commit."""
    for path in project.git("ls-files", "*dvc.lock", "*.dvc").splitlines():
        file = project.path / path
        document = yaml.safe_load(file.read_text())
        for row in _rows(document):
            _rewrite(project, file.parent, row)
        file.write_text(yaml.safe_dump(document, sort_keys=False))
    project.commit("As DVC 2 wrote it")


def _rows(document: dict[str, Any]) -> list[dict[str, Any]]:
    entries = [document, *document.get("stages", {}).values()]
    return [row for e in entries for key in ("deps", "outs") for row in e.get(key, ())]


def _rewrite(project: Project, folder: Path, row: dict[str, Any]) -> None:
    row.pop("hash", None)
    live = folder / row["path"]
    if not live.is_dir():
        row["md5"] = _stored(project, live)
        return
    names = sorted(str(p.relative_to(live)) for p in live.rglob("*") if p.is_file())
    rows = [{"md5": _stored(project, live / name), "relpath": name} for name in names]
    scratch = project.path / ".dvc/tmp/manifest"
    scratch.write_text(json.dumps(rows))
    row["md5"] = _stored(project, scratch, ".dir")


def _stored(project: Project, file: Path, suffix: str = "") -> str:
    digest = file_md5(str(file), name="md5-dos2unix") + suffix
    target = project.path / ".dvc/cache" / digest[:2] / digest[2:]
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        target.write_bytes(file.read_bytes())
        target.chmod(0o444)
    return digest
