"""`--with REV`: the model and all else of its stage from the release, everything else from REV."""

import json

import pytest

from mlvc.errors import MlvcError
from mlvc.ops.project import Project as Opened
from mlvc.ops.selecting import select
from tests.ops.evaluation.released import build, evaluated, graft, release, state
from tests.pipeline_project import EVALUATE
from tests.project import Project

# Says what it was given.
TELLING = """
import hashlib
def told(path):
    file = Path(path)
    return int(hashlib.sha256(file.read_bytes()).hexdigest()[:6], 16) if file.exists() else -1
seen = {path.replace(".", "_"): told(path) for path in (%s)}
Path("metrics.json").write_text(json.dumps(seen))
"""


def told(text: str) -> int:
    import hashlib

    return int(hashlib.sha256(text.encode()).hexdigest()[:6], 16)


def telling(*paths: str) -> str:
    return EVALUATE + TELLING % "".join(f"{path!r}, " for path in paths)


def at(project: Project, revision: str, path: str) -> str:
    return project.git("show", f"{revision}:{path}") + "\n"


def test_the_model_and_signature_are_the_releases_and_all_else_is_the_revisions(
    releases: Project,
) -> None:
    releases.write("signature.json", '{"other": "signature"}\n')
    releases.write("data/test.csv", releases.read("data/test.csv") + "99,1\n")
    releases.write("evaluate.py", telling("model.bin", "signature.json", "data/test.csv"))
    releases.commit("Newer data, and another signature")
    (old,) = evaluated(releases, "0.1.0", by="HEAD")
    models = {}
    for revision in ("model@v0.1.0", "model@v0.3.0"):
        releases.git("checkout", "--quiet", revision, "--", "dvc.lock")
        releases.dvc("checkout", "--quiet", "--force", "model.bin")
        models[revision] = releases.read("model.bin")
        releases.git("checkout", "--quiet", "HEAD", "--", "dvc.lock")
    assert models["model@v0.1.0"] != models["model@v0.3.0"]
    assert old.evaluation.metrics == {
        "model_bin": told(models["model@v0.1.0"]),
        "signature_json": told(at(releases, "model@v0.1.0", "signature.json")),
        "data/test_csv": told(releases.read("data/test.csv")),
    }


def test_what_the_revision_wrote_itself_is_out_of_sight(releases: Project) -> None:
    # A stage that reads its last results would carry them from one model to the next.
    releases.write("evaluate.py", telling("model.bin").replace(
        "import json", "import json\nassert not __import__('os').path.exists('predictions.csv')\n"
        "assert not __import__('os').path.exists('metrics.json')", 1))  # fmt: skip
    releases.write("dvc.yaml", releases.read("dvc.yaml").replace(
        "      - metrics.json:\n          cache: false\n",
        "      - metrics.json:\n          cache: false\n          persist: true\n"))  # fmt: skip
    releases.commit("Metrics that persist")
    (row,) = evaluated(releases, "0.1.0", by="HEAD")
    assert row.is_ok, row.evaluation.error


def test_a_release_that_lacks_an_output_of_the_stage_is_an_error_that_names_it(
    releases: Project,
) -> None:
    releases.write("train.py", releases.read("train.py") + 'Path("encoder.txt").write_text("e")\n')
    yaml = releases.read("dvc.yaml")
    yaml = yaml.replace("      - model.bin\n      - signature", "      - model.bin\n"
                        "      - encoder.txt\n      - signature")  # fmt: skip
    yaml = yaml.replace("      - evaluate.py\n", "      - evaluate.py\n      - encoder.txt\n")
    releases.write("dvc.yaml", yaml)
    releases.dvc("repro", "--quiet")
    releases.commit("An encoder beside the model")
    old, head = evaluated(releases, "0.1.0", "HEAD", by="HEAD")
    assert head.is_ok
    assert old.evaluation.error == (
        "stage evaluate reads encoder.txt, and model@v0.1.0 has no such file"
    )


def encoded(project: Project, text: str, cached: bool) -> None:
    kind = "" if cached else ":\n          cache: false"
    train = at(project, "model@v0.1.0", "train.py") + f'Path("encoder.txt").write_text("{text}")\n'
    yaml = at(project, "model@v0.1.0", "dvc.yaml")
    yaml = yaml.replace("      - model.bin\n      - signature", "      - model.bin\n"
                        f"      - encoder.txt{kind}\n      - signature")  # fmt: skip
    yaml = yaml.replace("      - evaluate.py\n", "      - evaluate.py\n      - encoder.txt\n")
    project.write("train.py", train)
    project.write("dvc.yaml", yaml)
    project.write("evaluate.py", telling("encoder.txt"))
    project.dvc("repro", "--quiet")
    project.commit(f"Encoder {text}")


@pytest.mark.parametrize("cached", [True, False])
def test_the_same_model_beside_another_encoder_is_another_pair(
    releases: Project, cached: bool
) -> None:
    for version, text in (("0.4.0", "one"), ("0.5.0", "two")):
        encoded(releases, text, cached)
        release(releases, version)
    rows = evaluated(releases, "0.4.0", "0.5.0", by="HEAD")
    assert rows[0].evaluation.model_digest == rows[1].evaluation.model_digest
    assert [row.evaluation.metrics["encoder_txt"] for row in rows] == [told("one"), told("two")]
    again = evaluated(releases, "0.4.0", "0.5.0", by="HEAD")
    assert [row.fresh for row in again] == [False, False]
    assert [r.evaluation for r in again] == [r.evaluation for r in rows]


def test_paths_of_from_model_come_from_the_release_too(releases: Project) -> None:
    releases.write("vocabulary.txt", "new\n")
    releases.write("evaluate.py", telling("vocabulary.txt", "notes.txt"))
    releases.write("notes.txt", "new\n")
    yaml = releases.read("dvc.yaml")
    releases.write("dvc.yaml", yaml.replace("      - evaluate.py\n",
                   "      - evaluate.py\n      - vocabulary.txt\n"))  # fmt: skip
    releases.commit("New words")
    old = graft(releases, "old", {"vocabulary.txt": "old\n", "notes.txt": "old\n"})
    (row,) = evaluated(releases, old, by="HEAD")
    assert row.evaluation.metrics["vocabulary_txt"] == told("new\n")
    releases.write("params.yaml", releases.read("params.yaml") +
                   "mlvc:\n  evaluation:\n    from_model: [./vocabulary.txt]\n")  # fmt: skip
    releases.commit("Words belong to the model")
    (row,) = evaluated(releases, old, by="HEAD")
    assert row.evaluation.metrics == {
        "vocabulary_txt": told("old\n"), "notes_txt": told("new\n")
    }  # fmt: skip


def test_from_model_may_name_one_file_of_a_folder_that_dvc_tracks(releases: Project) -> None:
    releases.write("words/model.txt", "old\n")
    releases.write("words/test.txt", "old\n")
    releases.dvc("add", "--quiet", "words")
    releases.commit("Old words")
    release(releases, "0.4.0")
    releases.write("words/model.txt", "new\n")
    releases.write("words/test.txt", "new\n")
    releases.dvc("add", "--quiet", "words")
    releases.write("evaluate.py", telling("words/model.txt", "words/test.txt"))
    yaml = releases.read("dvc.yaml")
    releases.write("dvc.yaml", yaml.replace("      - evaluate.py\n",
                   "      - evaluate.py\n      - words\n"))  # fmt: skip
    releases.write("params.yaml", releases.read("params.yaml") +
                   "mlvc:\n  evaluation:\n    from_model: [words/model.txt]\n")  # fmt: skip
    releases.commit("New words")
    (row,) = evaluated(releases, "0.4.0", by="HEAD")
    assert row.evaluation.metrics == {
        "words/model_txt": told("old\n"), "words/test_txt": told("new\n")
    }  # fmt: skip


def test_a_dirty_workspace_is_the_evaluator_and_nothing_is_recorded(releases: Project) -> None:
    releases.write("evaluate.py", telling("threshold.txt", "model.bin", "signature.json"))
    releases.write("threshold.txt", "untracked\n")
    releases.write("signature.json", "edited, and not the model's\n")
    releases.dvc("remote", "add", "--default", "somewhere", "/nowhere")
    refs, before = releases.git("for-each-ref"), state(releases)
    answer = releases.mlvc("eval", "0.1.0", "HEAD", "--with", ".", "--json")
    assert answer.code == 0, answer.err
    rows = json.loads(answer.out)["evaluations"]
    assert [row["recorded"] for row in rows] == [False, False]
    for row, revision in zip(rows, ("model@v0.1.0", "HEAD"), strict=True):
        metrics = row["evaluation"]["metrics"]
        assert metrics["threshold_txt"] == told("untracked\n")
        assert metrics["signature_json"] == told(at(releases, revision, "signature.json"))
    assert releases.git("for-each-ref") == refs
    assert state(releases) == before
    assert all(row["fresh"] for row in json.loads(
        releases.mlvc("eval", "0.1.0", "HEAD", "--with", ".", "--json").out)["evaluations"]
    )  # fmt: skip


def test_a_stage_that_is_not_yet_committed_evaluates_with_a_dot(releases: Project) -> None:
    yaml = releases.read("dvc.yaml")
    yaml = yaml.replace(
        "  evaluate:\n    cmd: python evaluate.py", "  score:\n    cmd: python s.py"
    )
    yaml = yaml.replace("- evaluate.py", "- s.py").replace("metrics.json", "scores.json")
    releases.write("dvc.yaml", yaml)
    releases.write("s.py", EVALUATE.replace("metrics.json", "scores.json"))
    (row,) = evaluated(releases, "0.1.0", by=".")
    assert row.is_ok, row.evaluation.error
    assert row.evaluation.stages == ("score",)


def test_a_clean_workspace_is_the_evaluator_of_head(releases: Project) -> None:
    (dot,) = evaluated(releases, "0.1.0", by=".")
    (head,) = evaluated(releases, "0.1.0", by="HEAD")
    assert dot.recorded and not head.fresh
    assert head.evaluation == dot.evaluation


@pytest.mark.parametrize(
    ("names", "meant"),
    [
        ([">=0.1,<0.3"], ["v0.1.0", "v0.2.0"]),
        (["v0.3.0", "0.1.0"], ["v0.3.0", "v0.1.0"]),
        (["HEAD~1", "0.3.0", "latest"], ["v0.3.0"]),
        ([">0.1.0", "0.1.0", "!=0.2"], ["v0.2.0", "v0.3.0", "v0.1.0"]),
    ],
)
def test_names_and_ranges_mean_releases_each_once(
    built_releases: Project, names: list[str], meant: list[str]
) -> None:
    targets = select(Opened.find(built_releases.path), names, None, every=False)
    assert [target.label for target in targets] == [f"model@{name}" for name in meant]


@pytest.mark.parametrize(
    ("names", "code", "says"),
    [
        ([">=9"], 13, "no release is meant by >=9"),
        ([">=0.1,nonsense"], 2, "'nonsense' is no bound"),
        ([">=1.x"], 2, "1.x"),
        (["7.7.7"], 13, "no release v7.7.7"),
        (["nosuch"], 13, "'nosuch'"),
        (["0.1.0", "--with", "nosuch"], 13, "'nosuch'"),
    ],
)
def test_what_means_nothing_is_refused_with_its_name(
    built_releases: Project, names: list[str], code: int, says: str
) -> None:
    answer = built_releases.mlvc("eval", *names)
    assert answer.code == code
    assert says in answer.err and "hint:" in answer.err
    assert "Traceback" not in answer.err


def test_releases_that_are_the_same_model_are_evaluated_once(
    built_project: Project, tmp_path: object
) -> None:
    from pathlib import Path

    project = build(built_project, Path(str(tmp_path)) / "project")
    project.write("README.md", "a final release of the same model\n")
    project.commit("Words")
    release(project, "0.4.0")
    project.write("README.md", "another\n")
    project.commit("More words")
    release(project, "0.5.0")
    rows = evaluated(project, "0.4.0", "0.5.0", by="HEAD")
    assert [row.fresh for row in rows] == [True, False]
    assert rows[0].evaluation == rows[1].evaluation


def test_a_project_without_releases_says_so(project: Project) -> None:
    with pytest.raises(MlvcError, match="no release is meant by --all"):
        evaluated(project, by="HEAD")
