"""Giving prepared trees back, and keeping some after each release."""

import json

from mlvc.ops.following import untouched
from mlvc.ops.project import Project as Opened
from tests.ops.preparing.conftest import kept
from tests.ops.rollback.rows import roll_back, step
from tests.project import Project
from tests.releases import answer


def claimed(project: Project) -> list[str]:
    file = project.path / ".dvc/tmp/mlvc/kept/prepared.json"
    return sorted(json.loads(file.read_text())) if file.exists() else []


def objects(project: Project) -> list[str]:
    """The digests of all objects in the cache that are no manifests."""
    found = (project.path / ".dvc/cache/files/md5").glob("*/*")
    return [f"md5:{p.parent.name}{p.name}" for p in found if not p.name.endswith(".dir")]


def test_what_is_dropped_stays_proven(linking: Project) -> None:
    linking.mlvc("prepare", "1.0.0", "2.0.0")
    proven = set(untouched(Opened.find(linking.path).prover, objects(linking)))
    assert len(proven) == 3
    done = answer(linking, "prepare", "--drop")
    assert done["dropped"] == ["m@v1.0.0", "m@v2.0.0"]
    assert kept(linking, "ready") == []
    assert set(untouched(Opened.find(linking.path).prover, objects(linking))) == proven


def test_only_what_no_other_prepared_release_needs_is_dropped(linking: Project) -> None:
    linking.mlvc("prepare", "1.0.0", "2.0.0")
    assert answer(linking, "prepare", "--drop", "1.0.0")["dropped"] == ["m@v1.0.0"]
    assert (claimed(linking), len(kept(linking, "ready"))) == (["m@v2.0.0"], 2)
    again = linking.mlvc("prepare", "--drop", "1.0.0")
    assert (again.code, "m@v1.0.0 is not prepared" in again.err) == (13, True)


def test_dropping_nothing_is_no_mistake(linking: Project) -> None:
    assert linking.mlvc("prepare", "--drop").out == "Nothing was prepared.\n"


def test_after_a_release_those_before_it_are_ready_and_older_ones_no_more(
    linking: Project,
) -> None:
    step(linking, {"params.yaml": "mlvc: {prepare: 2}\n", "in.txt": "four\n"})
    done = linking.mlvc("tag", "4.0.0")
    assert (done.code, claimed(linking)) == (0, ["m@v2.0.0", "m@v3.0.0"]), done.err
    assert "ready to go back to: m@v3.0.0" in done.err
    linking.mlvc("prepare", "1.0.0")
    step(linking, {"in.txt": "five\n"})
    assert linking.mlvc("tag", "5.0.0").code == 0
    assert claimed(linking) == ["m@v3.0.0", "m@v4.0.0"]
    assert len(kept(linking, "ready")) == 4


def test_a_release_stands_when_nothing_can_be_kept_ready(linking: Project) -> None:
    step(linking, {"params.yaml": "mlvc: {prepare: 1}\n", "in.txt": "four\n"})
    linking.write(".dvc/tmp/mlvc/kept", "in the way")
    done = linking.mlvc("tag", "4.0.0")
    assert done.code == 0
    assert "Released m@v4.0.0" in done.out
    assert "could not be kept ready" in done.err and "mlvc prepare" in done.err


def test_what_a_rollback_kept_is_given_back_with_all_else(copying: Project) -> None:
    roll_back(copying, "2.0.0")
    assert len(kept(copying, "spare")) == 2
    done = copying.mlvc("prepare", "--drop")
    assert (done.code, kept(copying, "spare")) == (0, []), done.err
    assert done.out == "Given back: what rollbacks had kept for the way back\n"


def test_json_says_how_many_trees_of_rollbacks_went(copying: Project) -> None:
    roll_back(copying, "2.0.0")
    assert answer(copying, "prepare", "2.0.0", "--yes")["spares"] == 0
    there = len(kept(copying, "spare"))
    assert answer(copying, "prepare", "--drop")["spares"] == there > 0
    assert answer(copying, "prepare", "--drop")["spares"] == 0
