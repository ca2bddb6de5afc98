"""Parameters wherever DVC finds them, and templates made of them."""

import pytest

from tests.ops.rollback.rows import assert_refused, assert_settled, edit, roll_back, step
from tests.project import Project

WHOLE = """\
stages:
  train:
    cmd: cat in.txt > model.bin
    deps: [in.txt]
    params:
      - params.yaml:
    outs: [model.bin]
artifacts:
  m: {path: model.bin}
"""
GATE = "mlvc:\n  # strict\n  gates:\n    m:\n      accuracy: {min: 0.8}\n"
STRICTER = GATE.replace("0.8", "0.9")


@pytest.mark.parametrize(
    ("then", "now"),
    [(GATE, STRICTER), ("", STRICTER), (GATE, ""), ("", "")],
    ids=["changed", "new", "gone", "none"],
)
def test_a_whole_parameter_file_goes_back_but_for_the_settings_of_mlvc(
    empty: Project, then: str, now: str
) -> None:
    step(empty, {"dvc.yaml": WHOLE, "params.yaml": f"a: 1\nb: 1\n{then}", "in.txt": "one"})
    step(empty, {"params.yaml": f"a: 2\nc: 2\n{now}", "in.txt": "two"})
    roll_back(empty, "HEAD~1")
    assert empty.read("model.bin") == "one"
    assert empty.read("params.yaml") == f"a: 1\nb: 1\n{now}"
    assert_settled(empty)


def test_settings_alone_that_changed_since_stay(empty: Project) -> None:
    step(empty, {"dvc.yaml": WHOLE, "params.yaml": f"a: 1\n{GATE}", "in.txt": "one"})
    step(empty, {"in.txt": "two"})
    step(empty, {"params.yaml": f"a: 1\n{STRICTER}"})
    roll_back(empty, "HEAD~2")
    assert empty.read("model.bin") == "one"
    assert empty.read("params.yaml") == f"a: 1\n{STRICTER}"
    assert_settled(empty)


OTHERS = """\
stages:
  train:
    cmd: cat in.txt > model.bin
    deps: [in.txt]
    params:
      - train.depth
      - config/more.yaml:
          - net.layers
          - net.gone
      - config/more.json:
          - rate
      - config/more.toml:
          - net.size
    outs: [model.bin]
artifacts:
  m: {path: model.bin}
"""


def other_files(depth: int, gone: str = "") -> dict[str, str | None]:
    return {
        "params.yaml": f"train:\n  depth: {depth}\n  other: {depth}\nlast: {depth}\n",
        "config/more.yaml": f"net:\n  # so deep\n  layers: [{depth}, {depth}]\n{gone}x: {depth}\n",
        "config/more.json": f'{{\n  "rate": {depth}.5,\n  "other": {depth}\n}}\n',
        "config/more.toml": f"other = {depth}\n\n[net]\nsize = {depth}  # units\n",
    }


def test_parameters_in_other_files_come_back_key_by_key(empty: Project) -> None:
    yaml = OTHERS.replace("          - net.gone\n", "")
    step(empty, {"dvc.yaml": yaml, "in.txt": "one", **other_files(1)})
    step(empty, {"in.txt": "two", **other_files(2)})
    roll_back(empty, "HEAD~1")
    assert empty.read("params.yaml") == "train:\n  depth: 1\n  other: 2\nlast: 2\n"
    more = "net:\n  # so deep\n  layers: [1, 1]\nx: 2\n"
    assert empty.read("config/more.yaml") == more
    assert empty.read("config/more.json") == '{\n  "rate": 1.5,\n  "other": 2\n}\n'
    assert empty.read("config/more.toml") == "other = 2\n\n[net]\nsize = 1  # units\n"
    assert_settled(empty)


def test_a_parameter_file_of_a_form_of_its_own_goes_back_whole(empty: Project) -> None:
    yaml = OTHERS.replace("          - net.gone\n", "")
    form = '{ "rate": 1.5,\n     "other": 1 }\n'
    step(empty, {"dvc.yaml": yaml, "in.txt": "one", **other_files(1), "config/more.json": form})
    later = form.replace("1 }", "2 }").replace("1.5", "2.5")
    step(empty, {"in.txt": "two", **other_files(2), "config/more.json": later})
    roll_back(empty, "HEAD~1")
    assert empty.read("config/more.json") == form
    assert_settled(empty)


def test_a_parameter_removed_since_returns_and_one_added_since_goes(empty: Project) -> None:
    then, now = other_files(1, "  gone: {a: 1}\n"), other_files(2)
    step(empty, {"dvc.yaml": OTHERS, "in.txt": "one", **then})
    yaml = edit(empty, "dvc.yaml", "net.gone", "net.new.deep")
    now["config/more.yaml"] = "net:\n  layers: [2]\n  new:\n    deep: 2\n"
    step(empty, {"dvc.yaml": yaml, "in.txt": "two", **now})
    roll_back(empty, "HEAD~1")
    assert "gone: {a: 1}" in empty.read("config/more.yaml")
    assert "layers: [1, 1]" in empty.read("config/more.yaml")
    assert_settled(empty)


def test_a_parameter_file_that_is_gone_returns(empty: Project) -> None:
    own = OTHERS.replace("          - net.gone\n", "")
    step(empty, {"dvc.yaml": own, "in.txt": "one", **other_files(1)})
    gone = dict.fromkeys(["config/more.yaml", "config/more.json", "config/more.toml"])
    short = own[: own.index("      - config")] + own[own.index("    outs") :]
    step(empty, {"dvc.yaml": short, "in.txt": "two", **gone})
    roll_back(empty, "HEAD~1")
    assert empty.git("diff", "--name-only", "HEAD~2", "HEAD") == ""
    assert_settled(empty)


TEMPLATE = """\
vars:
  - config.yaml
  - inline: 1
stages:
  train:
    cmd: echo ${weight} ${net.depth} ${inline} > ${out}
    params: [weight]
    outs: ["${out}"]
  other:
    cmd: echo ${else} > other.txt
    outs: [other.txt]
artifacts:
  m: {path: model.bin}
"""


def templated(weight: int, depth: int, other: int) -> dict[str, str | None]:
    return {
        "params.yaml": f"weight: {weight}  # kg\nelse: {other}\n",
        "config.yaml": f"net:\n  depth: {depth}\nout: model.bin\nunread: {other}\n",
    }


def test_templates_of_parameters_and_variable_files_resolve_as_they_did(empty: Project) -> None:
    step(empty, {"dvc.yaml": TEMPLATE, **templated(1, 1, 1)})
    step(empty, templated(2, 2, 2))
    roll_back(empty, "HEAD~1")
    assert empty.read("model.bin") == "1 1 1\n"
    assert empty.read("other.txt") == "2\n"
    assert empty.read("params.yaml") == "weight: 1  # kg\nelse: 2\n"
    assert empty.read("config.yaml") == "net:\n  depth: 1\nout: model.bin\nunread: 2\n"
    assert_settled(empty)


def test_inline_variables_go_back_where_they_are_the_lineage_s_own(empty: Project) -> None:
    step(empty, {"dvc.yaml": TEMPLATE, **templated(1, 1, 1)})
    step(empty, {"dvc.yaml": edit(empty, "dvc.yaml", "inline: 1", "inline: 2")})
    roll_back(empty, "HEAD~1")
    assert empty.read("model.bin") == "1 1 1\n"
    assert empty.git("diff", "--name-only", "HEAD~2", "HEAD") == ""
    assert_settled(empty)


def test_a_parameter_that_only_a_template_names_returns_when_it_was_renamed(empty: Project) -> None:
    step(empty, {"dvc.yaml": TEMPLATE, **templated(1, 1, 1)})
    yaml = edit(empty, "dvc.yaml", "${net.depth}", "${net.height}")
    files = templated(1, 1, 1)
    files["config.yaml"] = "net:\n  height: 2\nout: model.bin\nunread: 1\n"
    step(empty, {"dvc.yaml": yaml, **files})
    roll_back(empty, "HEAD~1")
    assert empty.read("model.bin") == "1 1 1\n"
    assert_settled(empty)


FOREACH = """\
stages:
  train:
    foreach: ${cities}
    do:
      cmd: echo ${key} ${item.rate} > ${key}.bin
      outs: ["${key}.bin"]
artifacts:
  jfk: {path: jfk.bin}
  lga: {path: lga.bin}
"""


def cities(**rates: int) -> str:
    return "cities:\n" + "".join(f"  {name}:\n    rate: {r}\n" for name, r in rates.items())


def test_one_of_several_generated_stages_goes_back_alone(empty: Project) -> None:
    step(empty, {"dvc.yaml": FOREACH, "params.yaml": cities(jfk=1, lga=1)})
    step(empty, {"params.yaml": cities(jfk=2, lga=1)})
    roll_back(empty, "HEAD~1", "--model", "jfk")
    assert empty.read("jfk.bin") == "jfk 1\n"
    assert empty.read("lga.bin") == "lga 1\n"
    assert_settled(empty)


MATRIX = """\
stages:
  train:
    matrix:
      city: [jfk, lga]
      size: [s]
    cmd: cat ${item.city}.txt > ${item.city}.bin
    deps: ["${item.city}.txt"]
    outs: ["${item.city}.bin"]
artifacts:
  jfk: {path: jfk.bin}
"""


def test_one_stage_of_a_matrix_goes_back_alone(empty: Project) -> None:
    step(empty, {"dvc.yaml": MATRIX, "jfk.txt": "j1", "lga.txt": "l1"})
    step(empty, {"jfk.txt": "j2", "lga.txt": "l2"})
    roll_back(empty, "HEAD~1")
    assert empty.read("jfk.bin") == "j1"
    assert empty.read("lga.bin") == "l2"
    assert_settled(empty)


def test_a_matrix_that_would_bring_other_stages_back_is_refused(empty: Project) -> None:
    step(empty, {"dvc.yaml": MATRIX, "jfk.txt": "j1", "lga.txt": "l1"})
    step(empty, {"dvc.yaml": edit(empty, "dvc.yaml", "jfk, lga", "jfk"), "jfk.txt": "j2"})
    step(empty, {"dvc.yaml": edit(empty, "dvc.yaml", "[s]", "[m]")})
    assert_refused(empty, "HEAD~2", says=("train@lga-s", "--scope tree", "--scope artifact"))
