"""The room of benchmarks stays alive: it runs, and says what it should. Its times are no matter."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import main
from benchmarks.datasets import DATASETS, write
from benchmarks.loop import switch

SCALE = 1000
TINY = ["--only", "d", "--cache", "hardlink", "--repeat", "1", "--scale", str(SCALE)]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a run on next to nothing."""
    folder = tmp_path_factory.mktemp("bench")
    assert main([*TINY, "--keep", str(folder / "keep"), "--out", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def document(written: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((written / "part.json").read_text(encoding="utf-8"))
    return found


def test_every_figure_has_its_peers_of_the_same_run(document: dict[str, Any]) -> None:
    measured = {
        f"{row['contestant']} {row['state']}".strip()
        for row in document["results"]
        if row["dataset"] == "d" and "seconds" in row
    }
    assert measured >= {
        *(f"mlvc rollback {state}" for state in ("cold", "warm", "foreign")),
        *(f"dvc checkout {state}" for state in ("cold", "warm")),
        *("dvc status after mlvc", "dvc status after dvc"),
        *("plain loop", "cp -r, sync -f", "cp -rl", "one rename", "stat of each file"),
    }
    rows = [row for row in document["results"] if "seconds" in row]
    assert all(row["min"] <= row["median"] <= row["max"] for row in rows)


def test_what_any_rollback_costs_is_measured_too(document: dict[str, Any]) -> None:
    fixed = {row["contestant"] for row in document["results"] if row["dataset"] == "tiny"}
    assert fixed >= {"start-up", "git commit", "mlvc rollback", "dvc checkout"}


def test_each_claim_is_judged_or_said_to_be_unmeasured(document: dict[str, Any]) -> None:
    words = {verdict["claim"]: verdict["verdict"] for verdict in document["verdicts"]}
    assert words["(c) hardlink, warm, of dvc checkout"] == "n/a"
    assert words["(d) hardlink, spare, of dvc checkout"] in {"PASS", "FAIL"}


def test_dvc_status_opens_no_data_file_after_a_rollback(document: dict[str, Any]) -> None:
    (row,) = (row for row in document["results"] if row["state"] == "after mlvc")
    assert row["data_files_opened"] == 0


def test_the_report_names_neither_the_machine_nor_its_folders(written: Path) -> None:
    for name in ("part.md", "part.json"):
        assert str(written.parent) not in (written / name).read_text(encoding="utf-8")
    assert (written / "part.png").read_bytes().startswith(b"\x89PNG")


def test_datasets_differ_in_as_many_files_as_they_say(tmp_path: Path) -> None:
    dataset = DATASETS["d"].scaled(100)
    versions = []
    for version in ("1", "2"):
        write(dataset, version, tmp_path / "model")
        versions.append({p.name: p.read_bytes() for p in (tmp_path / "model").rglob("*.bin")})
    old, new = versions
    assert len(old) == len(new) == dataset.files
    assert sum(old[name] != new[name] for name in old) == dataset.changed


def test_the_plain_loop_makes_the_tree_that_the_new_manifest_names(tmp_path: Path) -> None:
    for digest, text in {"aa1": "one", "bb2": "two", "cc3": "three"}.items():
        (tmp_path / digest[:2]).mkdir()
        (tmp_path / digest[:2] / digest[2:]).write_text(text, encoding="utf-8")
    trees = {"old": {"same": "aa1", "x/changed": "bb2", "gone": "cc3"}}
    trees["new"] = {"same": "aa1", "x/changed": "cc3", "y/added": "bb2"}
    for name, files in trees.items():
        rows = [{"relpath": path, "md5": digest} for path, digest in files.items()]
        (tmp_path / f"{name}.dir").write_text(json.dumps(rows), encoding="utf-8")
    tree, old = tmp_path / "tree", str(tmp_path / "old.dir")
    switch(tmp_path, "-", tmp_path / "old.dir", tree, os.link)
    switch(tmp_path, old, tmp_path / "new.dir", tree, os.link)
    found = {str(p.relative_to(tree)): p.read_text() for p in tree.rglob("*") if p.is_file()}
    assert found == {"same": "one", "x/changed": "three", "y/added": "two"}
