"""The other workflows, run by act: `make act`, since together they take minutes."""

from inspect import signature

import pytest

from mlvc.cli.verbs.rollback import rollback
from tests.github.acting import Stage
from tests.project import Project, run
from tests.releases import retrain

pytestmark = pytest.mark.act


def tags(staged: Stage) -> list[str]:
    return run("git", "tag", "--list", cwd=staged.origin).stdout.split()


def retrained(shared: Project, weight: str) -> None:
    retrain(shared, "weight: 2.0", f"weight: {weight}")
    shared.dvc("push", "--quiet")
    pushed(shared)


def pushed(shared: Project) -> None:
    done = shared.mlvc("push")
    assert done.code == 0, done.err


def test_a_pushed_tag_is_judged_verified_and_published(shared: Project, staged: Stage) -> None:
    retrained(shared, "1.5")
    assert shared.mlvc("tag", "--push", "-m", "<b>$(touch trapped)</b>\n```\n# big").code == 0
    staged.clone.git("pull", "--quiet", "--tags", str(staged.origin), "main")
    done = staged.act("push", "release", {"ref": "refs/tags/model@v0.3.0"})
    assert done.jobs == {"judge": "success", "publish": "success"}, done.log
    (release,) = staged.api.releases
    assert release["tag_name"] == "model@v0.3.0"
    assert "**Verdict: PASS**" in release["body"] and "sha256:" in release["body"]
    assert "````text\n<b>$(touch trapped)</b>\n```\n# big\n````" in release["body"]
    assert done.outputs["url"] == release["html_url"]


def test_a_release_by_hand_tags_and_goes_on_by_itself(shared: Project, staged: Stage) -> None:
    retrained(shared, "1.5")
    message = "$(touch trapped)`touch trapped`\n--option"
    inputs = {"release": "", "model": "", "bump": "major", "message": message}
    done = staged.act("workflow_dispatch", "release", {"ref": "refs/heads/main", "inputs": inputs})
    assert done.jobs == {"judge": "success", "tag": "success", "publish": "success"}, done.log
    assert "model@v1.0.0" in tags(staged)
    (release,) = staged.api.releases
    assert message.splitlines()[0] in release["body"]
    assert list(staged.store.parent.rglob("trapped")) == []


def test_a_release_that_fails_its_gate_is_not_tagged(shared: Project, staged: Stage) -> None:
    retrained(shared, "3.0")
    inputs = {"release": "", "model": "", "bump": "auto", "message": ""}
    done = staged.act("workflow_dispatch", "release", {"ref": "refs/heads/main", "inputs": inputs})
    assert done.jobs["judge"] == "failure"
    assert tags(staged) == ["model@v0.1.0", "model@v0.2.0"]
    assert staged.api.releases == []


@pytest.mark.skipif(
    "env" not in signature(rollback).parameters, reason="`mlvc rollback --env` is not here yet"
)
@pytest.mark.parametrize("dry", [True, False])
def test_a_rollback_by_hand_shows_its_plan_first(
    shared: Project, staged: Stage, *, dry: bool
) -> None:
    shared.mlvc("promote", "v0.2.0", "production")
    pushed(shared)
    # Left empty, the plan decides, and what is performed is what it showed.
    inputs = {"model": "", "target": "v0.1.0" if dry else "", "environment": "production"}
    inputs["dry-run"] = str(dry).lower()  # as GitHub has it in the event
    inputs["reason"] = "$(touch trapped) --yes `touch trapped`"
    before = run("git", "rev-parse", "main", cwd=staged.origin).stdout
    done = staged.act("workflow_dispatch", "rollback", {"inputs": inputs})
    assert done.jobs == {"plan": "success"} | ({} if dry else {"rollback": "success"}), done.log
    assert "model@v0.1.0" in done.log
    assert done.outputs["target"] == "model@v0.1.0"
    after = run("git", "log", "-1", "--format=%H%n%B", "main", cwd=staged.origin).stdout
    assert after.startswith(before) is dry
    if not dry:
        assert "Rollback-To: model@v0.1.0" in after and inputs["reason"] in after
    assert list(staged.store.parent.rglob("trapped")) == []


@pytest.fixture
def failing(shared: Project, staged: Stage) -> None:
    """Production has a release that passed its gate once, and does not meet today's."""
    retrained(shared, "1.5")
    assert shared.mlvc("tag").code == 0
    retrain(shared, "weight: 1.5", "weight: 3.0")
    assert shared.mlvc("tag", "--allow-failing", "to see it fall").code == 0
    assert shared.mlvc("promote", "latest", "production", "--allow-failing", "likewise").code == 0
    pushed(shared)


def test_a_failing_release_in_production_is_told(staged: Stage, failing: None) -> None:
    done = staged.act("schedule", "watch", {})
    assert done.jobs == {"watch": "failure"}
    assert done.outputs["verdict"] == "FAIL"


def test_a_rollback_is_proposed_once(staged: Stage, failing: None) -> None:
    for said in ("Proposed:", "Proposed before:"):
        done = staged.act("schedule", "watch", {}, "--var", "MLVC_ON_FAIL=pull-request")
        assert done.jobs == {"watch": "success", "answer": "success"}, done.log
        assert said in done.log
    # A run that was ended between the push and the proposal is made good by the next one.
    staged.api.pulls.clear()
    done = staged.act("schedule", "watch", {}, "--var", "MLVC_ON_FAIL=pull-request")
    assert "Proposed:" in done.log
    (pull,) = staged.api.pulls
    assert pull["base"] == "main"
    message = run("git", "log", "-1", "--format=%B", pull["head"], cwd=staged.origin).stdout
    assert "Rollback-Trigger: gate" in message and "Evidence: https://github.com/" in message


def test_a_rollback_is_performed_where_that_is_asked_for(staged: Stage, failing: None) -> None:
    done = staged.act("schedule", "watch", {}, "--var", "MLVC_ON_FAIL=push")
    assert done.jobs == {"watch": "success", "answer": "success"}, done.log
    assert "model#production#2" in tags(staged)
    message = run("git", "log", "-1", "--format=%B", "main", cwd=staged.origin).stdout
    assert "Rollback-Trigger: gate" in message
