"""`mlvc eval --set`, `--stage`, `--matrix`, several models, and DVC's run cache."""

import json
from pathlib import Path

import pytest

from tests.ops.evaluation.released import state, worktrees
from tests.pipeline_project import EVALUATE
from tests.project import Project

COUNT = "import pathlib\npathlib.Path(os.environ['HERE']).open('a').write('ran ')\n"


def rows(project: Project, *words: str) -> list[dict[str, object]]:
    answer = project.mlvc("eval", *words, "--json")
    assert answer.code == 0, answer
    found: list[dict[str, object]] = json.loads(answer.out)["evaluations"]
    return found


def f1(row: dict[str, object]) -> float:
    made = row["evaluation"]
    assert isinstance(made, dict)
    value: float = made["metrics"]["f1"]
    return value


def counting(project: Project, ran: Path) -> None:
    """An evaluator that notes each of its runs."""
    note = f"open({str(ran)!r}, 'a').write('ran ')\n"
    project.write("evaluate.py", note + EVALUATE)
    project.commit("An evaluator that counts")


def test_a_parameter_set_otherwise_changes_the_answer_and_nothing_else(releases: Project) -> None:
    before = state(releases)
    (plain,) = rows(releases, "v0.1.0", "--with", "HEAD")
    (what_if,) = rows(releases, "v0.1.0", "--with", "HEAD", "--set", "evaluate.threshold=0.0")
    assert f1(plain) != f1(what_if)
    assert what_if["recorded"] is False
    assert str(what_if["evaluator"]).endswith("with evaluate.threshold=0.0")
    assert state(releases) == before
    assert worktrees(releases) == [str(releases.path)]


def test_it_may_be_set_beside_uncommitted_changes(releases: Project) -> None:
    releases.write("evaluate.py", EVALUATE.replace('"samples": len(pairs)', '"samples": 7'))
    words = ("v0.1.0", "--with", ".", "--set", "evaluate.threshold=0.0")
    (row,) = rows(releases, *words)
    made = row["evaluation"]
    assert isinstance(made, dict)
    assert made["metrics"]["samples"] == 7
    (plain,) = rows(releases, "v0.1.0", "--with", ".")
    assert f1(row) != f1(plain)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("evaluate.treshold=1", "Did you mean evaluate.threshold?"),
        ("train.weight=2", "train.weight=2 changes nothing for evaluate"),
        ("evaluate.threshold=1.5", "changes nothing for evaluate"),
        ("evaluate.threshold", "'evaluate.threshold' sets nothing"),
        ("nosuch.yaml:a=1", "has no file nosuch.yaml"),
        ("evaluate.py:a=1", "parameters of evaluate.py cannot be set"),
        ("evaluate.threshold=[1", "'[1' is no value in YAML"),
    ],
)
def test_what_cannot_be_set_is_refused(built_releases: Project, text: str, says: str) -> None:
    answer = built_releases.mlvc("eval", "v0.1.0", "--with", "HEAD", "--set", text)
    assert answer.code in (1, 2), answer
    assert says in answer.err
    assert "Traceback" not in answer.err


def test_a_stage_may_be_named(releases: Project) -> None:
    releases.write("dvc.yaml", releases.read("dvc.yaml").replace("artifacts:", (
        "  size:\n    cmd: 'echo {\\\"bytes\\\": 7} > size.json'\n    deps: [model.bin]\n"
        "    metrics: [size.json: {cache: false}]\nartifacts:")))  # fmt: skip
    releases.commit("Another evaluator")
    (row,) = rows(releases, "v0.2.0", "--with", "HEAD", "--stage", "size")
    made = row["evaluation"]
    assert isinstance(made, dict)
    assert made["metrics"] == {"bytes": 7.0}
    assert made["stages"] == ["size"]
    assert row["recorded"] is True
    refused = releases.mlvc("eval", "v0.2.0", "--with", "HEAD", "--stage", "nosuch")
    assert refused.code == 1 and "there is no stage 'nosuch'" in refused.err


def test_the_matrix_is_what_would_run(releases: Project) -> None:
    rows(releases, "v0.2.0", "--with", "HEAD")
    answer = releases.mlvc("eval", "--all", "--with", "HEAD", "--matrix")
    assert answer.code == 0 and answer.out.count("\n") == 1
    include = json.loads(answer.out)["include"]
    assert [job["release"] for job in include] == ["model@v0.1.0", "model@v0.3.0"]
    # Each line is enough for a job of its own.
    job = include[0]
    rows(releases, job["release"], "--with", job["with"], "--model", job["model"])
    again = releases.mlvc("eval", "--all", "--with", "HEAD", "--matrix")
    assert [j["release"] for j in json.loads(again.out)["include"]] == ["model@v0.3.0"]


def test_the_run_cache_serves_what_another_clone_ran(releases: Project, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    counting(releases, ran)
    (first,) = rows(releases, "v0.1.0", "--with", "HEAD")
    # As in another clone that shares the cache: no record, but what DVC remembers.
    releases.git("update-ref", "-d", "refs/mlvc/evaluations")
    (second,) = rows(releases, "v0.1.0", "--with", "HEAD")
    assert ran.read_text() == "ran "
    assert (f1(first), second["fresh"]) == (f1(second), True)
    rows(releases, "v0.1.0", "--with", "HEAD", "--again")
    assert ran.read_text() == "ran ran "


def test_what_shall_reproduce_is_run(releases: Project, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    counting(releases, ran)
    releases.dvc("repro", "--quiet")
    releases.commit("Evaluated")
    assert ran.read_text() == "ran "
    (row,) = rows(releases, "HEAD")
    assert (row["differences"], ran.read_text()) == ([], "ran ran ")


def test_a_remembered_metric_that_has_changed_on_disk_is_refused(
    releases: Project, tmp_path: Path
) -> None:
    counting(releases, tmp_path / "ran")
    rows(releases, "v0.1.0", "--with", "HEAD")
    releases.git("update-ref", "-d", "refs/mlvc/evaluations")
    spoilt = 0
    for file in (releases.path / ".dvc/cache/files").rglob("*"):
        if file.is_file() and b'"samples"' in file.read_bytes():
            file.chmod(0o644)
            file.write_text(file.read_text().replace('"f1": 0.', '"f1": 0.9'))
            file.chmod(0o444)
            spoilt += 1
    assert spoilt
    answer = releases.mlvc("eval", "v0.1.0", "--with", "HEAD")
    assert answer.code == 1
    assert "is not what DVC says" in answer.out or "corrupt" in answer.out


def test_all_means_all_models(releases: Project) -> None:
    releases.write("other.bin", "other\n")
    releases.write("other.json", '{"f1": 0.25}\n')
    releases.write("dvc.yaml", releases.read("dvc.yaml").replace("artifacts:", (
        "  judge:\n    cmd: cp start.json other.json\n    deps: [other.bin, start.json]\n"
        "    metrics: [other.json: {cache: false}]\nartifacts:\n"
        "  other: {path: other.bin, type: model}")))  # fmt: skip
    releases.write("start.json", '{"f1": 0.25}\n')
    releases.dvc("repro", "--quiet")
    releases.commit("Another model")
    releases.git("tag", "--annotate", "other@v1.0.0", "--message", "Another")
    found = rows(releases, "--all", "--with", "HEAD")
    labels = [str(row["label"]) for row in found]
    assert labels == ["model@v0.1.0", "model@v0.2.0", "model@v0.3.0", "other@v1.0.0"]
    assert f1(found[-1]) == 0.25
    only = rows(releases, "--all", "--with", "HEAD", "--model", "other")
    assert [(row["label"], row["fresh"]) for row in only] == [("other@v1.0.0", False)]
