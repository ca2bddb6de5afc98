"""The workflow `evaluate`, run by act."""

from pathlib import Path
from typing import Any

from tests.github.acting import REPOSITORY, Stage
from tests.project import Project
from tests.releases import retrain


def pull_request(project: Project, base: str, **more: Any) -> dict[str, Any]:
    """The event of one that HEAD is the head of."""
    head = {"sha": project.git("rev-parse", "HEAD"), "ref": "topic"}
    repository = {"full_name": more.pop("of", REPOSITORY)}
    found = {
        "number": 7,
        "title": "Thrice the weight",
        "user": {"login": "ada"},
        "head": {**head, "repo": repository, **more.pop("head", {})},
        "base": {"sha": project.git("rev-parse", base), "ref": "main"},
    }
    return {"action": "opened", "pull_request": {**found, **more}}


def offered(shared: Project, branch: str = "topic") -> None:
    """A branch with a new model, pushed."""
    shared.git("checkout", "--quiet", "-b", branch)
    retrain(shared, "weight: 2.0", "weight: 3.0")
    shared.dvc("push", "--quiet")
    shared.git("push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")


def test_a_hostile_pull_request_is_evaluated_and_executes_nothing(
    shared: Project, staged: Stage, tmp_path: Path
) -> None:
    trap = tmp_path / "trapped"
    bait = f"$(touch {trap})`touch {trap}`;touch${{IFS}}{trap}"
    for name in (
        f"--upload-pack=touch {trap.name}",
        "$(touch trapped)",
        "`touch trapped`\n::error::x",
    ):
        shared.write(name, "bait\n")
    offered(shared, "x$(touch${IFS}trapped)`touch${IFS}trapped`")
    title = f"'\"; {bait}\n::set-output name=verdict::PASS\n--option | @everyone <script>"
    event = pull_request(shared, "main", title=title, body=bait, head={"ref": f"--x{bait}"})

    done = staged.act("pull_request", "evaluate", event)

    assert done.jobs == {"plan": "success", "run": "success", "report": "success"}, done.log
    (comment,) = staged.api.comments
    assert "### ❌ model: FAIL" in comment["body"]
    assert "everyone" not in comment["body"]
    (check,) = staged.api.checks
    assert check["conclusion"] == "failure"
    assert check["head_sha"] == event["pull_request"]["head"]["sha"]
    assert list(tmp_path.rglob("trapped")) == []


def test_a_pull_request_from_a_fork_is_told_why_it_is_not_evaluated(
    shared: Project, staged: Stage
) -> None:
    event = pull_request(shared, "HEAD~1", of="mallory/models")
    done = staged.act("pull_request", "evaluate", event)
    assert done.jobs == {"foreign": "success"}
    assert staged.api.calls == []
