"""`mlvc tag`: which version, what the tag says, and when it refuses."""

import json
from pathlib import Path

import pytest

from tests.project import Project, run
from tests.releases import answer, current, names, release, retrain, state


def reproduce(project: Project) -> None:
    project.dvc("repro", "--quiet")
    project.commit("Another model")


def edit(project: Project, path: str, old: str, new: str) -> None:
    text = project.read(path)
    assert old in text
    project.write(path, text.replace(old, new))


def data_by_dvc(project: Project) -> None:
    """Give the raw data to DVC, before the first release."""
    project.git("rm", "--quiet", "--cached", "data/raw.csv")
    project.dvc("add", "--quiet", "data/raw.csv")
    reproduce(project)


def test_the_first_release_is_0_1_0_and_its_tag_says_all(project: Project) -> None:
    made = release(project, "-m", "A first try\n\nSee: nothing yet")
    assert (made["name"], made["bump"], made["previous"]) == ("model@v0.1.0", "first release", None)
    text = project.git("for-each-ref", "--format=%(contents)", "refs/tags/model@v0.1.0")
    title, _, rest = text.partition("\n\n")
    assert title == "model v0.1.0"
    assert rest.startswith("A first try\n\nSee: nothing yet\n\nModel-Path: model.bin\n")
    # Git itself, without mlvc, takes the trailers for trailers.
    raw = project.git("for-each-ref", "--format=%(trailers:only)", "refs/tags/model@v0.1.0")
    told = [line.split(": ", 1) for line in raw.splitlines() if line]
    keys = [key for key, _ in told]
    assert {k: keys.count(k) for k in keys} == {
        "Model-Path": 1,
        "Model-Digest": 1,
        "Model-Object": 1,
        "Lineage-Digest": 1,
        "Bump": 1,
        "Metric": 5,
        "Verdict": 1,
    }
    values = dict(told)
    sha = run("sha256sum", "model.bin", cwd=project.path).stdout.split()[0]
    md5 = run("md5sum", "model.bin", cwd=project.path).stdout.split()[0]
    assert values["Model-Digest"] == f"sha256:{sha}" and values["Model-Object"] == f"md5:{md5}"
    written = json.loads(project.read("metrics.json"))
    metrics = dict(value.split("=") for key, value in told if key == "Metric")
    assert {name: float(value) for name, value in metrics.items()} == written
    assert project.git("cat-file", "-t", "model@v0.1.0") == "tag"


def test_a_dry_run_says_the_same_and_changes_nothing(project: Project) -> None:
    before = state(project)
    planned = release(project, "--dry-run")
    assert state(project) == before
    assert planned["made"] is False
    made = release(project)
    same = ("name", "digest", "object", "lineage_digest", "metrics", "reasons", "commit")
    assert {key: made[key] for key in same} == {key: planned[key] for key in same}
    text = project.mlvc("tag", "--dry-run", "--allow-same").out
    assert text.startswith("Would release model@v0.1.1 at ") and "an empty one" in text


def test_a_changed_signature_raises_the_major_version(project: Project) -> None:
    release(project, "1.4.2")
    edit(project, "train.py", '{"value": "float"}', '{"value": "float", "age": "int"}')
    edit(project, "train.py", "range(200)", "range(201)")
    reproduce(project)
    made = release(project)
    assert made["name"] == "model@v2.0.0"
    assert made["reasons"] == ["major: the signature changed (inputs)",
                               "minor: code changed (train.py)"]  # fmt: skip
    assert made["bump"] == made["reasons"][0]


def test_code_and_parameters_raise_the_minor_version_and_data_the_patch(project: Project) -> None:
    data_by_dvc(project)
    release(project, "1.0.0")
    edit(project, "data/raw.csv", "\n17,\n", "\n17,\n99,1\n")
    project.dvc("commit", "--quiet", "--force", "data/raw.csv.dvc")
    reproduce(project)
    made = release(project)
    assert made["name"] == "model@v1.0.1"
    assert made["reasons"] == ["patch: data changed (data/raw.csv)"]
    edit(project, "train.py", "range(200)", "range(100)")
    reproduce(project)
    made = release(project)
    assert made["name"] == "model@v1.1.0"
    assert made["reasons"] == ["minor: code changed (train.py)"]
    retrain(project, "weight: 1.0", "weight: 1.5")
    planned = release(project, "--dry-run")
    assert planned["name"] == "model@v1.2.0"
    assert planned["reasons"] == ["minor: parameters changed (train.weight)"]
    project.write("params.yaml", project.read("params.yaml") + "mlvc: {bump: {params: patch}}\n")
    project.commit("Parameters are details here")
    made = release(project)
    assert made["name"] == "model@v1.1.1"
    assert made["reasons"] == ["patch: parameters changed (train.weight)"]


def test_weights_alone_raise_the_patch_version(project: Project) -> None:
    # As a stage does that draws without a seed: same code, data and parameters, other bytes.
    release(project)
    project.write("model.bin", project.read("model.bin").replace("unit 0", "unit zero"))
    project.dvc("commit", "--quiet", "--force", "train")
    project.dvc("repro", "--quiet")
    project.commit("Drawn again")
    made = release(project)
    assert made["name"] == "model@v0.1.1"
    assert made["reasons"] == ["patch: only the weights changed"]


def test_a_part_and_a_label_can_be_asked_for(two_releases: Project) -> None:
    project = two_releases
    retrain(project, "bias: 0.5", "bias: 0.6")
    planned = {
        args: release(project, "--dry-run", *args)["name"]
        for args in [("--bump", "major"), ("--bump", "patch"), ("--pre", "rc"), ("model@3.0.0",)]
    }
    assert planned == {
        ("--bump", "major"): "model@v1.0.0",
        ("--bump", "patch"): "model@v0.2.1",
        ("--pre", "rc"): "model@v0.3.0-rc.1",
        ("model@3.0.0",): "model@v3.0.0",
    }
    assert release(project, "--bump", "major")["reasons"] == ["major: asked for"]


def test_the_tagger_date_rises_even_where_the_clock_stands_in_the_past(project: Project) -> None:
    future = {"GIT_COMMITTER_DATE": "@4102444800 +0000"}  # 2100, as a clock gone wrong wrote it
    run("git", "tag", "-a", "model@v1.0.0", "-m", "GTO", cwd=project.path, env=future)
    retrain(project, "weight: 1.0", "weight: 2.0")
    promoted = {"GIT_COMMITTER_DATE": "@4102444900 +0000"}
    run("git", "tag", "-a", "model#prod#1", "-m", "GTO", "model@v1.0.0^{}",
        cwd=project.path, env=promoted)  # fmt: skip
    made = release(project)
    assert made["tagged_at"] == 4102444901
    shown = project.git("for-each-ref", "--format=%(taggerdate:raw)", f"refs/tags/{made['tag']}")
    assert shown == "4102444901 +0000"


def test_a_detached_head_can_be_released(project: Project) -> None:
    project.git("checkout", "--quiet", "--detach")
    assert release(project, "--pre", "rc")["name"] == "model@v0.1.0-rc.1"
    main = project.git("rev-parse", "main")
    made = release(project, "--allow-same")
    assert made["commit"] == project.git("rev-parse", "HEAD")
    assert project.git("rev-parse", "main") == main == project.git("rev-parse", "HEAD~1")
    assert current(project) == ["model@v0.1.0"]


def test_a_commit_that_is_on_no_branch_is_told_as_such(project: Project) -> None:
    note = "HEAD is detached and the commit on no branch: `git branch NAME {}` makes one"
    project.git("checkout", "--quiet", "--detach")
    assert answer(project, "tag", "--dry-run")["notes"] == []  # main has this one
    assert release(project)["notes"] == []
    done = project.mlvc("tag", "0.2.0", "--allow-same")  # in a commit of its own
    assert f"  note: {note.format('model@v0.2.0')}\n" in done.out
    project.git("commit", "--quiet", "--allow-empty", "-m", "On no branch either")
    assert release(project, "0.3.0", "--allow-same")["notes"] == [note.format("model@v0.3.0")]
    project.git("branch", "kept", "model@v0.3.0")
    assert project.git("rev-parse", "kept") == project.git("rev-parse", "HEAD")
    assert current(project) == ["model@v0.3.0"]


FOLDER = """\
stages:
  train:
    cmd: mkdir -p model/deep; echo b > model/b; echo 'a b' > 'model/a b'; echo c > model/deep/c
    outs:
      - model
artifacts:
  model:
    path: model
"""


def test_the_digest_of_a_folder_is_what_find_and_sha256sum_make_of_it(project: Project) -> None:
    project.git("rm", "--quiet", "--cached", "signature.json", "metrics.json")
    project.write("dvc.yaml", FOLDER)
    (project.path / "dvc.lock").unlink()
    reproduce(project)
    made = release(project)
    pipeline = r"find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum"
    digest = run("sh", "-c", pipeline, cwd=project.path / "model").stdout.split()[0]
    assert made["digest"] == f"sha256:{digest}"
    assert made["object"].endswith(".dir")
    assert answer(project, "which", str(project.path / "model"))["releases"] == ["model@v0.1.0"]
    (project.path / "model/deep/c").unlink()
    answer(project, "which", str(project.path / "model"), code=13)


GATE = "mlvc:\n  gates:\n    - metric: accuracy\n      min: {least}\n"


def test_a_failing_gate_refuses_with_its_own_code_and_makes_nothing(project: Project) -> None:
    params = project.read("params.yaml")
    project.write("params.yaml", params + GATE.format(least=0.99))
    project.commit("A gate")
    before = state(project)
    done = project.mlvc("tag")
    assert done.code == 3
    assert "the gate says FAIL: accuracy is 0.8875, not at least 0.99" in done.err
    assert "--allow-failing REASON" in done.err
    assert state(project) == before
    project.write("params.yaml", params + GATE.format(least=0.8))
    project.commit("A gate that is met")
    made = release(project)
    assert made["verdict"] == "PASS"
    assert answer(project, "show")["verdict"] == "PASS"


def test_a_failing_release_is_made_where_someone_says_why(project: Project) -> None:
    project.write("params.yaml", project.read("params.yaml") + GATE.format(least=0.99))
    project.commit("A gate")
    refused = project.mlvc("tag", "--allow-failing", " ")
    assert refused.code == 2 and "needs a reason" in refused.err
    assert project.git("tag") == ""
    done = project.mlvc("tag", "--allow-failing", "A hotfix:\nthe old one leaks")
    assert done.code == 0, done
    assert "override" in done.out
    text = project.git("tag", "--list", "-n99", "model@v0.1.0")
    assert "Verdict: FAIL" in text and "Override: A hotfix:\\nthe old one leaks" in text
    shown = answer(project, "show")
    assert (shown["verdict"], shown["override"]) == ("FAIL", "A hotfix:\nthe old one leaks")


def test_a_reason_that_nobody_needs_is_not_recorded(project: Project) -> None:
    assert project.mlvc("tag", "--allow-failing", "Just in case").code == 0
    assert "Override" not in project.git("tag", "--list", "-n99", "model@v0.1.0")


def test_a_message_that_claims_a_key_of_mlvcs_is_refused(project: Project) -> None:
    done = project.mlvc("tag", "-m", "Fine\nverdict : PASS")
    assert done.code == 2 and "line 2 of the message is refused" in done.err
    assert project.git("tag") == ""


def test_a_release_on_a_branch_is_told_from_those_of_another(two_releases: Project) -> None:
    project = two_releases
    project.git("checkout", "--quiet", "-b", "side", "model@v0.1.0")
    project.dvc("checkout", "--quiet")
    assert current(project) == ["model@v0.1.0"]
    rows = {r["name"]: r["reachable"] for r in answer(project, "list")["releases"]}
    assert rows == {"model@v0.1.0": True, "model@v0.2.0": False}
    assert "other branch" in project.mlvc("list").out
    retrain(project, "bias: 0.5", "bias: 0.7")
    taken = project.mlvc("tag")
    assert taken.code == 1
    assert "model@v0.2.0 exists already" in taken.err and "such as 0.2.1" in taken.err
    assert release(project, "0.2.1")["previous"] == "model@v0.1.0"


@pytest.mark.parametrize("cwd", ["data", "."])
def test_a_release_can_be_made_from_a_subfolder(project: Project, cwd: str) -> None:
    command = (*("python", "-I", "-m", "mlvc"), "tag")
    done = run(*command, cwd=project.path / cwd)
    assert done.stdout.startswith("Released model@v0.1.0 at ")
    assert names(project) == ["model@v0.1.0"]


def test_a_release_can_be_made_in_a_project_below_the_top_of_the_repository(
    project: Project, tmp_path: Path
) -> None:
    outer = Project(tmp_path / "outer")
    outer.path.mkdir()
    outer.git("init", "--quiet")
    inner = Project(outer.path / "inner")
    run("git", "archive", "--output", tmp_path / "tree.tar", "HEAD", cwd=project.path)
    inner.path.mkdir()
    run("tar", "-xf", tmp_path / "tree.tar", cwd=inner.path)
    run("rm", "-r", ".dvc", cwd=inner.path)
    inner.dvc("init", "--quiet", "--subdir")
    inner.dvc("repro", "--quiet", "--force")
    outer.commit("A project in a folder")
    made = release(inner)
    assert (made["name"], made["path"]) == ("model@v0.1.0", "model.bin")
    assert current(inner) == ["model@v0.1.0"]
    inner.write("train.py", inner.read("train.py") + "\n")
    refused = inner.mlvc("tag", "--allow-same")
    assert refused.code == 12 and "train.py" in refused.err


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("0.1.0",), 1, "model@v0.1.0 exists already"),
        (("model@0.1.0",), 1, "model@v0.1.0 exists already"),
        (("--pre", "r c"), 2, "'r c' is not a prerelease label"),
        (("-m", "Verdict: PASS"), 2, "line 1 of the message is refused"),
        (("--allow-failing", " "), 2, "--allow-failing needs a reason"),
    ],
)
def test_what_is_given_is_refused_before_what_is_to_be_released_is_looked_at(
    two_releases: Project, args: tuple[str, ...], code: int, says: str
) -> None:
    same = two_releases.mlvc("tag", *args)
    assert (same.code, same.out) == (code, "") and says in same.err
    two_releases.write("train.py", two_releases.read("train.py") + "\n")
    dirty = two_releases.mlvc("tag", *args)
    assert dirty.code == code and says in dirty.err
    assert "0.2.1" in dirty.err or "exists" not in dirty.err


def test_a_mistake_in_the_settings_is_told_before_what_dvc_says_of_it(
    two_releases: Project,
) -> None:
    params = two_releases.read("params.yaml")
    two_releases.write("params.yaml", params + "mlvc: {gates: []}\nmlvc: {}\n")
    two_releases.commit("Twice")
    done = two_releases.mlvc("tag")
    assert done.code == 1 and "params.yaml: mlvc is there twice, in lines 6 and 7" in done.err
