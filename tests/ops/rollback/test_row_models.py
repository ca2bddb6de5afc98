"""Several models in one `dvc.yaml`: what is the other one's stays the other one's."""

from pathlib import Path

import pytest

from tests.ops.rollback.rows import (
    assert_refused,
    assert_settled,
    assert_sound,
    edit,
    roll_back,
    step,
)
from tests.project import Project

TWO = """\
# the models of one airport
stages:
  # arrivals
  train_a:
    cmd: cat a.txt a.py > a.bin && grep alpha params.yaml >> a.bin
    deps: [a.txt, a.py]
    params:
      - alpha  # how late
    outs: [a.bin]
  score_a:
    cmd: wc -c < a.bin > a.json
    deps: [a.bin]
    metrics:
      - a.json: {cache: false}
  # departures, which nobody asks about
  train_b:
    cmd: cat b.txt > b.bin && grep beta params.yaml >> b.bin
    deps:
      - b.txt
    params:
      - beta
    outs:
      - b.bin
artifacts:
  a: {path: a.bin}
  b:
    path: b.bin  # the second
"""

PARAMS = """\
# of the arrivals
alpha: 1  # minutes
# of the departures
beta: 1
"""


@pytest.fixture(scope="module")
def built_two_models(built_empty: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = built_empty.copy(tmp_path_factory.mktemp("two-models") / "project")
    texts = {"a.txt": "a1\n", "a.py": "code 1\n", "b.txt": "b1\n"}
    step(project, {"dvc.yaml": TWO, "params.yaml": PARAMS, **texts})
    project.git("tag", "one")
    params = edit(project, "params.yaml", "alpha: 1  # minutes", "alpha: 2  # minutes")
    step(project, {"params.yaml": params, "a.txt": "a2\n", "a.py": "code 2\n"})
    project.git("tag", "two")
    yaml = project.read("dvc.yaml").replace("nobody asks", "all ask").replace("wc -c", "wc -l")
    yaml = yaml.replace("cat b.txt", "tac b.txt")
    params = edit(project, "params.yaml", "beta: 1", "beta: 3  # better")
    step(project, {"dvc.yaml": yaml, "params.yaml": params, "b.txt": "b3\n"})
    return project


@pytest.fixture
def two_models(built_two_models: Project, tmp_path: Path) -> Project:
    """Tags one and two; since one a has changed, since two b and the scoring of a."""
    return built_two_models.copy(tmp_path / "project")


def test_the_other_model_and_all_comments_stay(two_models: Project) -> None:
    b, lock = two_models.read("b.bin"), two_models.read("dvc.lock")
    roll_back(two_models, "one", "--model", "a")
    assert two_models.read("a.bin") == "a1\ncode 1\nalpha: 1  # minutes\n"
    assert two_models.read("b.bin") == b
    assert two_models.read("b.txt") == "b3\n"
    assert two_models.read("params.yaml") == PARAMS.replace("beta: 1", "beta: 3  # better")
    yaml = TWO.replace("nobody asks", "all ask").replace("cat b.txt", "tac b.txt")
    assert two_models.read("dvc.yaml") == yaml
    mine = lock[lock.index("  train_b:") :]
    assert mine in two_models.read("dvc.lock")
    assert_settled(two_models)


def test_the_first_model_stays_where_the_second_goes_back(two_models: Project) -> None:
    before = {path: two_models.read(path) for path in ("a.bin", "a.json", "a.txt", "a.py")}
    roll_back(two_models, "one", "--model", "b")
    assert two_models.read("b.bin") == "b1\nbeta: 1\n"
    assert {path: two_models.read(path) for path in before} == before
    assert "alpha: 2" in two_models.read("params.yaml")
    assert "wc -l < a.bin" in two_models.read("dvc.yaml")
    assert_settled(two_models)


def test_scope_artifact_takes_one_model_of_two(two_models: Project) -> None:
    code = two_models.read("a.py")
    done = two_models.mlvc("rollback", "one", "--model", "a", "--scope", "artifact")
    assert done.code == 0, done.err
    assert "code, parameters and data stay HEAD's" in done.out
    assert two_models.read("a.bin") == "a1\ncode 1\nalpha: 1  # minutes\n"
    assert two_models.read("a.py") == code
    assert two_models.git("show", "--format=", "--name-only", "HEAD") == "dvc.lock"
    assert_sound(two_models)
    assert_settled(two_models, "train_b")


def test_scope_tree_takes_both_models(two_models: Project) -> None:
    roll_back(two_models, "one", "--model", "a", "--scope", "tree")
    assert two_models.git("diff", "one", "HEAD") == ""
    assert two_models.read("a.bin") == "a1\ncode 1\nalpha: 1  # minutes\n"
    assert two_models.read("b.bin") == "b1\nbeta: 1\n"
    assert_settled(two_models)


def test_with_models_takes_the_named_model_along(two_models: Project) -> None:
    roll_back(two_models, "one", "--model", "a", "--with-models", "b")
    assert two_models.git("diff", "--stat", "one", "HEAD", "--", ":!dvc.yaml") == ""
    assert two_models.read("b.bin") == "b1\nbeta: 1\n"
    assert "all ask" not in two_models.read("dvc.yaml")
    assert_settled(two_models)


SHARED = """\
stages:
  prepare:
    cmd: tr a-z A-Z < raw.txt > clean.txt
    deps: [raw.txt]
    outs: [clean.txt]
  train_a:
    cmd: cat clean.txt a.txt > a.bin
    deps: [clean.txt, a.txt]
    outs: [a.bin]
  train_b:
    cmd: cat clean.txt b.txt > b.bin
    deps: [clean.txt, b.txt]
    outs: [b.bin]
artifacts:
  a: {path: a.bin}
  b: {path: b.bin}
"""


@pytest.fixture(scope="module")
def built_shared(built_empty: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = built_empty.copy(tmp_path_factory.mktemp("shared") / "project")
    texts = {"raw.txt": "one\n", "a.txt": "a1\n", "b.txt": "b1\n"}
    step(project, {"dvc.yaml": SHARED, **texts})
    project.git("tag", "one")
    step(project, {"raw.txt": "two\n", "a.txt": "a2\n", "b.txt": "b2\n"})
    project.git("tag", "two")
    step(project, {"a.txt": "a3\n", "b.txt": "b3\n"})
    return project


@pytest.fixture
def shared(built_shared: Project, tmp_path: Path) -> Project:
    """Tags one and two; two and HEAD share the prepared data, one has other."""
    return built_shared.copy(tmp_path / "project")


def test_a_shared_stage_that_differs_is_refused(shared: Project) -> None:
    ways = ("--with-models b", "--scope artifact", "--scope tree")
    assert_refused(shared, "one", "--model", "a", says=("model b", "train_b", *ways))


def test_a_shared_stage_that_is_equal_is_no_obstacle(shared: Project) -> None:
    roll_back(shared, "two", "--model", "a")
    assert shared.read("a.bin") == "TWO\na2\n"
    assert shared.read("b.bin") == "TWO\nb3\n"
    assert_settled(shared)


def test_with_models_restores_both_that_share_a_stage(shared: Project) -> None:
    roll_back(shared, "one", "--model", "a", "--with-models", "b")
    assert shared.read("a.bin") == "ONE\na1\n"
    assert shared.read("b.bin") == "ONE\nb1\n"
    assert shared.read("clean.txt") == "ONE\n"
    assert_settled(shared)


def test_an_unknown_model_to_take_along_is_refused(shared: Project) -> None:
    assert_refused(shared, "one", "--model", "a", "--with-models", "c", says=("'c'",))


SHARED_CODE = """\
stages:
  train_a:
    cmd: cat common.py a.txt > a.bin
    deps: [common.py, a.txt]
    outs: [a.bin]
  train_b:
    cmd: cat common.py b.txt > b.bin
    deps: [common.py, b.txt]
    outs: [b.bin]
artifacts:
  a: {path: a.bin}
  b: {path: b.bin}
"""


def test_code_shared_with_another_model_is_refused_where_it_changed(empty: Project) -> None:
    texts = {"common.py": "1\n", "a.txt": "a1\n", "b.txt": "b1\n"}
    step(empty, {"dvc.yaml": SHARED_CODE, **texts})
    step(empty, {"common.py": "2\n"})
    step(empty, {"a.txt": "a3\n"})
    says = ("model b", "train_b", "--with-models b")
    assert_refused(empty, "HEAD~2", "--model", "a", says=says)
    roll_back(empty, "HEAD~1", "--model", "a")
    assert empty.read("a.bin") == "2\na1\n"
    assert_settled(empty)


SHARED_PARAMETER = """\
stages:
  train_a:
    cmd: cat a.txt params.yaml > a.bin
    deps: [a.txt]
    params: [seed]
    outs: [a.bin]
  train_b:
    cmd: cp params.yaml b.bin
    params: [seed]
    outs: [b.bin]
artifacts:
  a: {path: a.bin}
  b: {path: b.bin}
"""


def test_a_parameter_shared_with_another_model_is_refused(empty: Project) -> None:
    step(empty, {"dvc.yaml": SHARED_PARAMETER, "params.yaml": "seed: 1\n", "a.txt": "a1\n"})
    step(empty, {"params.yaml": "seed: 2\n", "a.txt": "a2\n"})
    says = ("model b", "train_b", "--with-models b")
    assert_refused(empty, "HEAD~1", "--model", "a", says=says)
    roll_back(empty, "HEAD~1", "--model", "a", "--with-models", "b")
    assert empty.read("b.bin") == "seed: 1\n"
    assert_settled(empty)
