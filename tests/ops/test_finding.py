"""`mlvc list` with filters: which of many releases."""

import pytest

from mlvc.cli.columns import KNOWN
from tests.ops.test_environments import promote
from tests.project import Project
from tests.releases import answer

MADE = (("0.3.0", "May", 0.5), ("1.0.0-rc.1", "JUNE", 0.7), ("1.0.0", "", 0.3))
TEXT = "model v{version}\n\n{said}\n\nMetric: score={score}\nVerdict: PASS\n"


@pytest.fixture(scope="module")
def five(built_two_releases: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Two releases without a score, and three whose score is 0.5, 0.7 and 0.3; one is in use."""
    project = built_two_releases.copy(tmp_path_factory.mktemp("five") / "project")
    for version, said, score in MADE:
        project.git("commit", "--quiet", "--allow-empty", "-m", version)
        text = project.path.parent / "text"
        text.write_text(TEXT.format(version=version, said=said, score=score))
        project.git("tag", "-a", "--cleanup=verbatim", "-F", str(text), f"model@v{version}")
    promote(project, "model#production#1", "0.3.0")
    return project


def found(project: Project, *args: str) -> list[str]:
    rows = answer(project, "list", *args)["releases"]
    return [row["name"].removeprefix("model@v") for row in rows]


@pytest.mark.parametrize(
    ("args", "versions"),
    [
        (("--range", ">=0.2,<1"), ["0.2.0", "0.3.0", "1.0.0-rc.1"]),
        (("--env", "production"), ["0.3.0"]),
        (("--env", "staging"), []),
        (("--metric", "score>0.4"), ["0.3.0", "1.0.0-rc.1"]),
        (("--metric", "score>0.4", "--metric", "score<0.6"), ["0.3.0"]),
        (("--search", "june"), ["1.0.0-rc.1"]),
        (("--search", "june", "--env", "production"), []),
        (("--label", "none-has-it"), []),
        (("--sort", "-version", "--range", ">0.2"), ["1.0.0", "1.0.0-rc.1", "0.3.0"]),
        (("--sort", "score"), ["1.0.0", "0.3.0", "1.0.0-rc.1", "0.1.0", "0.2.0"]),
        (("--sort", "-score"), ["1.0.0-rc.1", "0.3.0", "1.0.0", "0.1.0", "0.2.0"]),
    ],
    ids=" ".join,
)
def test_list_finds_what_has_all_that_is_asked(
    five: Project, args: tuple[str, ...], versions: list[str]
) -> None:
    assert found(five, *args) == versions


def test_where_no_release_has_a_state_there_is_no_column_for_it(five: Project) -> None:
    lines = five.mlvc("list", "--range", "<0.2").out.splitlines()
    assert lines[0].startswith("RELEASE       VERDICT  COMMIT")
    assert lines[1].startswith("model@v0.1.0  NONE     ")
    assert five.mlvc("list").out.splitlines()[1].startswith("model@v0.1.0                  ")


def test_an_environment_that_nothing_was_ever_in_is_refused_as_history_does(five: Project) -> None:
    done = five.mlvc("list", "--env", "production", "--env", "nope")
    assert (done.code, done.out) == (13, "")
    assert done.err == five.mlvc("history", "--env", "nope").err
    assert "nothing was ever in 'nope'" in done.err and "were used: production." in done.err


def test_labels_and_the_description_are_those_of_the_model_at_head(
    two_releases: Project,
) -> None:
    declared = two_releases.read("dvc.yaml")
    assert declared.count("    path: model") == 1
    more = "    desc: Says who is late\n    labels: [nyc, trees]\n    path: model"
    two_releases.write("dvc.yaml", declared.replace("    path: model", more))
    two_releases.commit("Describe")
    assert found(two_releases, "--label", "nyc", "--label", "trees") == ["0.1.0", "0.2.0"]
    assert found(two_releases, "--label", "nyc", "--label", "boston") == []
    assert found(two_releases, "--search", "WHO IS LATE") == ["0.1.0", "0.2.0"]
    lines = two_releases.mlvc("list", "--columns", "labels,description").out.splitlines()
    assert lines[1].split("  ") == ["nyc, trees", "Says who is late"]


def test_the_metrics_that_are_asked_about_are_shown(five: Project) -> None:
    lines = five.mlvc("list", "--metric", "score>0.4", "--sort", "-date").out.splitlines()
    assert lines[0].split()[:3] == ["RELEASE", "VERDICT", "SCORE"]
    scores = {line.split()[0]: line.split() for line in lines[1:]}
    assert "0.7000" in scores["model@v1.0.0-rc.1"] and "0.5000" in scores["model@v0.3.0"]
    nothing = five.mlvc("list", "--search", "nobody wrote this")
    assert (nothing.code, nothing.out) == (0, "")
    assert "none of 5 releases" in nothing.err and "`mlvc tag`" not in nothing.err


def test_a_metric_that_nobody_records_is_named(five: Project) -> None:
    for args in (("--sort", "f2"), ("--metric", "f2>0.4")):
        done = five.mlvc("list", *args)
        assert done.code == 13 and "'f2'" in done.err and "Metrics: accuracy, " in done.err
    assert five.mlvc("list", "--range", "latest").code == 2


def test_columns_are_those_that_are_named_in_their_order(five: Project) -> None:
    lines = five.mlvc("list", "--columns", "version,score,environments,message").out.splitlines()
    assert lines[0].split() == ["VERSION", "SCORE", "ENVIRONMENTS", "MESSAGE"]
    assert [line.split() for line in lines[1:]] == [
        ["v0.1.0", "–"], ["v0.2.0", "–", "Twice", "the", "weight"],
        ["v0.3.0", "0.5000", "production", "May"], ["v1.0.0-rc.1", "0.7000", "JUNE"],
        ["v1.0.0", "0.3000"],
    ]  # fmt: skip
    every = five.mlvc("list", "--range", "==0.2.0", "--columns", ",".join(KNOWN))
    assert every.code == 0 and len(every.out.splitlines()) == 2


def test_a_column_that_no_release_has_names_those_that_there_are(five: Project) -> None:
    done = five.mlvc("list", "--columns", "version,f2")
    assert done.code == 2 and "no column 'f2'" in done.err and not done.out
    assert "Columns: release, model, version," in done.err and "Metrics: accuracy, " in done.err
    for typed, meant in (("env", "environments"), ("mesage", "message"), ("acc", "accuracy")):
        assert f"Did you mean {meant}?" in five.mlvc("list", "--columns", typed).err
    assert five.mlvc("list", "--columns", "").code == 2
    assert five.mlvc("list", "--columns", "version", "--json").code == 2
