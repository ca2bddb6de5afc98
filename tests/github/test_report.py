"""`mlvc github`: events, plans, runs, reports and notes, without a runner."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mlvc.domain.gate import Finding, Judgement
from mlvc.domain.markdown import fenced, quiet
from mlvc.domain.verdict import Verdict
from mlvc.github.page import page
from mlvc.github.reports import Column, Report
from mlvc.github.sides import Side
from mlvc.ops.naming import Target
from tests.github.standing_in import GitHub
from tests.github.test_evaluate import pull_request
from tests.project import Project, run
from tests.releases import answer, retrain


@pytest.fixture
def gated(two_releases: Project) -> Project:
    """Two releases, a gate that compares them, and the second in production."""
    params = two_releases.read("params.yaml")
    gates = "mlvc:\n  gates:\n    - {metric: f1, max_drop: 0.01, baseline: v0.1.0}\n"
    two_releases.write("params.yaml", params + gates)
    two_releases.commit("A gate")
    assert two_releases.mlvc("promote", "v0.2.0", "production").code == 0
    return two_releases


def step(project: Project, *args: str, **variables: str) -> tuple[int, dict[str, str], str]:
    """Run a step: its exit code, outputs and summary."""
    files = {name: project.path.parent / name.lower() for name in ("OUTPUT", "STEP_SUMMARY")}
    for path in files.values():
        path.write_text("")
    env = {f"GITHUB_{name}": str(path) for name, path in files.items()}
    done = project.mlvc("github", *args, env={**env, **variables})
    outputs: dict[str, str] = {}
    lines = iter(files["OUTPUT"].read_text().splitlines())
    for line in lines:
        name, mark = line.split("<<")
        outputs[name] = "\n".join(iter(lambda: next(lines), mark))
    return done.code, outputs, files["STEP_SUMMARY"].read_text()


def test_an_event_says_what_gto_says_and_more(gated: Project) -> None:
    for tag in ("model@v0.2.0", "model#production#1"):
        said = json.loads(run("gto", "check-ref", tag, "--json", cwd=gated.path).stdout)
        _, found, _ = step(gated, "event", f"refs/tags/{tag}")
        assert found["event"] == said["event"]
        assert found["name"] == said["artifact"]
        assert found["version"] == said["version"]
        assert found["stage"] == said.get("stage", "")
        assert (found["type"], found["path"]) == ("model", "model.bin")
        assert found["previous"] == "model@v0.1.0"
        assert found["digest"].startswith("sha256:")


def test_what_gto_takes_out_is_told(gated: Project) -> None:
    gated.git("tag", "-a", "-m", "x", "model#production!#2", "model@v0.2.0^{}")
    gated.git("tag", "-a", "-m", "x", "model@v0.1.0!", "model@v0.1.0^{}")
    found = [step(gated, "event", tag)[1]["event"] for tag in
             ("model#production!#2", "model@v0.1.0!", "model@deprecated")]  # fmt: skip
    assert found == ["unassignment", "deregistration", "deprecation"]


@pytest.mark.parametrize("ref", ["refs/heads/main", "v1", "model@v9.9.9", "$(x)@v1.0.0", "--x"])
def test_what_is_nothing_of_a_models_has_empty_outputs(gated: Project, ref: str) -> None:
    code, found, _ = step(gated, "event", "--", ref)
    assert code == 0
    assert len(found) == 10 and set(found.values()) == {""}


def test_what_one_job_evaluates_another_reports(gated: Project, tmp_path: Path) -> None:
    _, planned, _ = step(gated, "plan")
    assert planned["count"] == "2"  # HEAD and v0.2.0 are the same pair
    for one in json.loads(planned["matrix"])["include"]:
        worker = gated.copy(tmp_path / f"worker-{one['release'].replace('@', '-')}")
        args = ("--with", one["with"], "--model", one["model"], "--to", str(tmp_path / "kept"))
        assert worker.mlvc("github", "run", *args, "--", one["release"]).code == 0

    code, found, summary = step(gated, "report", "--from", str(tmp_path / "kept"))

    assert code == 3 and found["verdict"] == "FAIL"
    assert "| Metric | v0.2.0 (production) |" not in summary
    assert "| f1 |" in summary and "xychart-beta" in summary
    assert summary == f"{found['report']}\n"
    assert step(gated, "plan")[1]["count"] == "0"


def test_an_output_that_was_changed_on_its_way_is_refused(gated: Project, tmp_path: Path) -> None:
    args = ("run", "--with", "HEAD", "--to", str(tmp_path / "kept"), "HEAD")
    assert gated.mlvc("github", *args).code == 0
    (carried,) = (tmp_path / "kept").glob("*/md5-*")
    carried.write_bytes(carried.read_bytes() + b"1,1\n")
    done = gated.mlvc("github", "report", "--from", str(tmp_path / "kept"))
    assert done.code == 14 and "is not what its digest says" in done.err


def test_a_report_says_that_gates_and_evaluator_are_changed_by_what_is_judged(
    gated: Project, api: GitHub
) -> None:
    base = gated.git("rev-parse", "HEAD")
    gated.set_param("threshold: 0.0", "threshold: 1.0")
    gated.set_param("max_drop: 0.01", "max_drop: 0.9")
    gated.dvc("repro", "--quiet")
    gated.commit("An easier exam")
    code, found, _ = step(gated, "report", "--run", **_env(gated, api, pull_request(gated, base)))
    assert code == 0 and found["verdict"] == "PASS"
    (comment,) = api.comments
    assert "The gates are not those of the base" in comment["body"]
    assert "The evaluator is not that of the base" in comment["body"]
    assert api.checks[0]["conclusion"] == "success"


def test_metrics_that_were_committed_pass_for_no_evaluation(gated: Project) -> None:
    gated.write("evaluate.py", "raise SystemExit('no such luck')\n")
    gated.commit("Metrics of before, and an evaluator that fails")
    code, found, _ = step(gated, "report", "--run")
    assert code == 5 and found["verdict"] == "ERROR"
    assert "no such luck" in found["report"]


def test_a_model_that_was_never_trained_is_an_error_and_no_pass(gated: Project) -> None:
    gated.git("rm", "--quiet", "dvc.lock")
    gated.commit("Without a lock")
    code, found, _ = step(gated, "report", "--run", "--base", "HEAD~1")
    assert code == 5 and found["verdict"] == "ERROR"
    assert "there is no model model" in found["report"]


def _env(project: Project, api: GitHub, event: dict[str, Any]) -> dict[str, str]:
    path = project.path.parent / "event.json"
    path.write_text(json.dumps(event))
    return {
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_API_URL": api.url,
        "GITHUB_REPOSITORY": "me/models",
        "GITHUB_TOKEN": "t0ken",
    }


def test_where_the_token_may_not_speak_the_exit_code_does(gated: Project, api: GitHub) -> None:
    api.refuses = 403
    env = _env(gated, api, pull_request(gated, "HEAD~1"))
    code, found, summary = step(gated, "report", **env)
    assert code == 5 and found["verdict"] == "ERROR"
    assert "ERROR" in summary


def test_names_that_come_from_a_revision_are_no_markup() -> None:
    hostile = "@everyone <img src=x> | `x` #12 [a](http://evil) \u202e\n```"
    column = Column(Side(hostile, Target("c" * 40, "model")), {hostile: 0.5}, hostile)
    judged = Judgement(Verdict.FAIL, (Finding(hostile, hostile, Verdict.FAIL, 0.5, None, hostile),))
    told = Report("model", (column, column), "HEAD", judged, (hostile,), (hostile,), (hostile,))
    text = page([told])
    lines = [line for line in text.splitlines() if "everyone" in line]
    assert len(lines) == 9 and text.count("\n```\n") == 1  # the end of the one chart
    # What Mermaid reads is in quotes, in a block where nobody is called.
    for line in (line for line in lines if not line.startswith("  ")):
        cells = re.sub(r"^> \*\*Note:\*\*|^[|-]|\| | \|$", "", line)
        assert re.findall(r"(?<!\\)[<>|`\[\]#]", cells) == []
        assert not [word for word in ("@everyone", "#12", "http://", "\u202e") if word in line]


def test_notes_tell_metrics_changes_and_digests(gated: Project, api: GitHub) -> None:
    env = _env(gated, api, {})
    for fresh in (True, False):
        code, _, _ = step(gated, "release", "v0.2.0", **env)
        assert code == 0
        assert len(api.releases) == 1, fresh
    body = api.releases[0]["body"]
    assert "Twice the weight" in body and "- Parameters: train.weight: 1.0 → 2.0" in body
    assert answer(gated, "show", "v0.2.0")["digest"] in body


def test_a_rollback_that_head_has_nothing_to_do_with_is_not_made(gated: Project) -> None:
    retrain(gated, "weight: 2.0", "weight: 3.0")
    before = gated.git("rev-parse", "HEAD")
    done = gated.mlvc("github", "answer", "--how", "push", "production")
    assert done.code == 1 and "production has model@v0.2.0" in done.err
    assert gated.mlvc("github", "answer", "--how", "pray", "production").code == 2
    assert gated.git("rev-parse", "HEAD") == before


def test_text_stays_text() -> None:
    assert quiet("a\n# b @c") == "a \\# b @\u200bc"
    assert fenced("x\n````\ny").startswith("`````text\n")
