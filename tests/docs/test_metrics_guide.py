"""What the guide to metrics shows works as it stands, in a repository of its own."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from mlvc.metrics.usual import usual
from tests.metrics.tables import table
from tests.project import PYTHON, Project, run

GUIDE = (Path(__file__).parents[2] / "docs/metrics.md").read_text(encoding="utf-8")
STAGES, SETTINGS = re.findall(r"```yaml\n(.+?)```", GUIDE, re.DOTALL)
(CODE,) = re.findall(r"```python\n(.+?)```", GUIDE, re.DOTALL)

PREDICT = """\
import csv, json
cutoff = json.load(open("model.json"))["cutoff"]
rows = list(csv.DictReader(open("test.csv")))
with open("predictions.csv", "w", newline="") as file:
    out = csv.writer(file)
    out.writerow(["id", "label", "said", "probability", "country"])
    for row in rows:
        chance = min(max(0.5 + (float(row["x"]) - cutoff) / 10, 0.01), 0.99)
        out.writerow([row["id"], row["label"], int(chance > 0.5), chance, row["country"]])
"""


@pytest.fixture
def guided(tmp_path: Path) -> Project:
    """The guide's stages and settings, run and committed."""
    project = Project(tmp_path)
    project.git("init", "--quiet")
    project.dvc("init", "--quiet")
    rows = [f"{n},{n % 10},{int(n % 10 + n % 7 > 8)},{'FR' if n % 3 else 'DE'}" for n in range(120)]
    project.write("test.csv", "\n".join(["id,x,label,country", *rows]) + "\n")
    project.write("model.json", '{"cutoff": 5.5}\n')
    project.write("predict.py", PREDICT)
    project.write("dvc.yaml", STAGES)
    project.write("params.yaml", SETTINGS)
    project.dvc("repro", "--quiet")
    project.commit("A model that is evaluated as the guide says")
    return project


def test_the_guides_stage_writes_metrics_that_are_released_and_judged(guided: Project) -> None:
    assert guided.mlvc("tag").code == 0
    guided.write("model.json", '{"cutoff": 6.5}\n')
    guided.dvc("repro", "--quiet")
    guided.commit("A stricter model")
    evaluated = json.loads(guided.mlvc("eval", "v0.1.0", "--json").out)["evaluations"][0]
    assert evaluated["evaluation"]["reproduces"] is True
    metrics = evaluated["evaluation"]["metrics"]
    assert {"f1", "ece", "rows", "slices.country.FR.f1", "slices.country.DE.roc_auc"} <= set(
        metrics
    )
    # Neither an end of an interval nor a count is among them.
    assert len(metrics) == 3 * 11
    answer = guided.mlvc("gate", "--baseline", "v0.1.0", "--json")
    found = [one["metric"] for one in json.loads(answer.out)["findings"]]
    assert found == [gate["metric"] for gate in yaml.safe_load(SETTINGS)["mlvc"]["gates"]]
    assert answer.code in {0, 3, 4} and "95 % interval" in answer.out, answer
    (shown,) = json.loads(guided.dvc("metrics", "show", "--json")).values()
    written = json.loads(guided.read("metrics.json"))
    assert shown["data"] == {"metrics.json": {"data": written}}
    low, high = json.loads(guided.read("intervals.json"))["intervals"]["f1"]
    assert low < written["f1"] < high
    assert json.loads(guided.read("confusion.json"))["labels"] == ["0", "1"]
    before = guided.read("metrics.json")
    run(PYTHON, "-c", CODE, cwd=guided.path)
    assert guided.read("metrics.json") == before


def test_the_guide_names_what_is_usual() -> None:
    told = GUIDE.split("| columns")[1].split("\n\n")[0]
    ranked = table(1)
    for given in (ranked, replace(ranked, group=None), replace(ranked, positive=None)):
        assert all(name in told for name in usual(given))
