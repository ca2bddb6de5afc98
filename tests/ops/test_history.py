"""`mlvc history`: what happened, what was in an environment when, who did it, and on what."""

import time
from pathlib import Path
from typing import Any

import pytest

from tests.ops.promoting.agreeing import put
from tests.ops.test_tagging_peers import sign_with, signing
from tests.project import Project, run
from tests.releases import answer

__all__ = ["signing"]

DAY = 86_400
RELEASE = "model v0.3.0\n\nLighter\n\nMetric: f1=0.75\nOverride: deadline\nVerdict: FAIL\n"
PROMOTION = (
    "Promote\n\nRelease: model@v0.3.0\nActor: Bob <b@example.com>\nReason: Needed now\n"
    "Override: nobody else is here\nVerdict: INCONCLUSIVE\n"
)


@pytest.fixture(scope="module")
def audited(built_two_releases: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Eight days ago v0.1.0, six v0.2.0, four v0.3.0 with a story, two v0.1.0 again."""
    project = built_two_releases.copy(tmp_path_factory.mktemp("audited") / "project")
    put(project, "model#production#1", "0.1.0", ago=8 * DAY)
    put(project, "model#production#2", "0.2.0", ago=6 * DAY)
    put(project, "model#staging#3", "0.2.0", ago=5 * DAY)
    project.git("commit", "--quiet", "--allow-empty", "-m", "More")
    tag(project, "model@v0.3.0", RELEASE, ago=5 * DAY)
    tag(project, "model#production#4", PROMOTION, ago=4 * DAY)
    put(project, "model#production#5", "0.1.0", ago=2 * DAY)
    return project


def tag(project: Project, name: str, text: str, *, ago: int) -> None:
    file = project.path.parent / "text"
    file.write_text(text)
    date = {"GIT_COMMITTER_DATE": f"@{int(time.time()) - ago} +0000"}
    run("git", "tag", "-a", "--cleanup=verbatim", "-F", file, name, cwd=project.path, env=date)


def iso(ago: int, form: str = "%Y-%m-%dT%H:%M:%SZ") -> str:
    return time.strftime(form, time.gmtime(time.time() - ago))


def stays(project: Project, *args: str) -> list[Any]:
    found: list[Any] = answer(project, "history", *args)["stays"]
    return found


def test_history_tells_what_happened_newest_first_whatever_the_clocks_say(
    two_releases: Project,
) -> None:
    project = two_releases
    assert project.mlvc("rollback", "--yes", "--reason", "Too heavy").code == 0
    rollback = project.git("rev-parse", "HEAD")
    document = answer(project, "history")
    events = document["events"]
    assert [(e["kind"], e["subject"], e["reverted"]) for e in events] == [
        ("rollback", "model@v0.1.0", False),
        ("release", "model@v0.2.0", False),
        ("release", "model@v0.1.0", False),
    ]
    # The rollback's commit has the fixed date of all tests, the tags that of the clock.
    assert events[0]["at"] < events[1]["at"] and document["misdated"] == [rollback]
    assert (events[0]["commit"], events[0]["reason"]) == (rollback, "Too heavy")
    project.git("revert", "--no-edit", "HEAD")
    said = project.mlvc("history")
    assert "rollback (reverted)" in said.out and "from model@v0.2.0, lineage, manual" in said.out
    assert f"commit {rollback[:10]} is dated before what it follows" in said.err


def test_history_of_nothing_says_what_makes_some(project: Project) -> None:
    done = project.mlvc("history")
    assert (done.code, done.out) == (0, "") and "`mlvc tag`" in done.err


def test_promotions_are_part_of_the_line_of_time(audited: Project) -> None:
    events = answer(audited, "history")["events"]
    assert [(e["kind"], e["environment"]) for e in events if e["kind"] != "release"] == [
        ("rollback", "production"), ("promotion", "production"), ("promotion", "staging"),
        ("promotion", "production"), ("promotion", "production"),
    ]  # fmt: skip
    text = audited.mlvc("history").out
    assert "in production instead of model@v0.3.0" in text
    assert "in production instead of model@v0.2.0; override: nobody else is here" in text
    assert "although its gate said no: deadline; Lighter" in text


def test_the_story_of_an_environment_has_who_why_and_on_what_evidence(audited: Project) -> None:
    found = stays(audited, "--env", "production")
    assert [(s["release"], s["kind"]) for s in found] == [
        ("model@v0.1.0", "rollback"), ("model@v0.3.0", "promotion"),
        ("model@v0.2.0", "promotion"), ("model@v0.1.0", "promotion"),
    ]  # fmt: skip
    assert [s["until"] for s in found] == [None, *(s["since"] for s in found[:-1])]
    mine = found[1]
    assert (mine["who"], mine["tagger"]) == ("Bob <b@example.com>", "Ada Example <ada@example.com>")
    assert (mine["reason"], mine["override"]) == ("Needed now", "nobody else is here")
    assert (mine["verdict"], mine["gates"], mine["metrics"]) == ("FAIL", "INCONCLUSIVE",
                                                                 {"f1": 0.75})  # fmt: skip
    assert mine["release_override"] == "deadline" and not mine["signed"]
    assert stays(audited, "model", "--env", "production") == found
    text = audited.mlvc("history", "--env", "production").out
    assert "instead of model@v0.2.0; Needed now; override: nobody else is here" in text


def test_at_an_instant_there_is_one_release_in_each_environment(audited: Project) -> None:
    def there(ago: int) -> dict[str, str]:
        return {s["environment"]: s["release"] for s in stays(audited, "--at", iso(ago))}

    assert there(9 * DAY) == {}
    assert there(7 * DAY) == {"production": "model@v0.1.0"}
    assert there(3 * DAY) == {"production": "model@v0.3.0", "staging": "model@v0.2.0"}
    assert there(DAY) == {"production": "model@v0.1.0", "staging": "model@v0.2.0"}


def test_on_a_day_there_is_all_that_was_there_on_it(audited: Project) -> None:
    since = stays(audited, "--env", "production")[1]["since"]
    day = time.strftime("%Y-%m-%d", time.gmtime(since))
    done = audited.mlvc("history", "--env", "production", "--at", day)
    heads = [line for line in done.out.splitlines() if not line.startswith((" ", "\t")) and line]
    assert heads == ["model@v0.3.0 in production", "model@v0.2.0 in production"]
    assert f"as of {day} (UTC)" in done.err
    for line in ("who        Bob <b@example.com>", "tagged by  Ada Example <ada@example.com>",
                 "evidence   verdict FAIL; gates of production INCONCLUSIVE; f1 0.7500",
                 "override   nobody else is here"):  # fmt: skip
        assert line in done.out
    table = audited.mlvc("history", "--at", day, "--md").out
    assert table.startswith("| FROM (UTC) | ") and "model@v0.3.0" in table


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("--env", "prod"), 13, "Environments that were used: production, staging."),
        (("--at", "2999-01-01"), 2, "is still to come"),
        (("--at", "yesterday"), 2, "Such as 2026-11-01"),
        (("--json", "--md"), 2, "do not go together"),
    ],
)
def test_what_cannot_be_told_is_refused(
    audited: Project, args: tuple[str, ...], code: int, said: str
) -> None:
    done = audited.mlvc("history", *args)
    assert done.code == code and said in done.err and not done.out


def test_a_tag_dated_back_changes_nothing_that_was_and_is_named(
    audited: Project, tmp_path: Path
) -> None:
    project = audited.copy(tmp_path / "project")
    before = stays(project, "--at", iso(7 * DAY))
    put(project, "model#production#6", "0.2.0", ago=8 * DAY - 60)
    assert stays(project, "--at", iso(7 * DAY)) == before
    assert stays(project, "--at", iso(0))[0]["release"] == "model@v0.2.0"
    assert "tag model#production#6 is dated before what it follows" in project.mlvc("history").err


def test_demotions_are_told_and_models_of_a_repository_each_for_itself(
    two_releases: Project, signing: list[str]
) -> None:
    project = two_releases
    project.write("more/dvc.yaml", "artifacts:\n  code: {path: ../train.py}\n")
    project.commit("A model that Git holds")
    sign_with(project, signing)
    for args in (("tag", "more=code", "--sign"),
                 ("promote", "more=code@0.1.0", "staging", "--sign"),
                 ("promote", "model@0.1.0", "production"),
                 ("promote", "model@0.2.0", "production"),
                 ("demote", "model#production", "-r", "Slow")):  # fmt: skip
        done = project.mlvc(*args)
        assert done.code == 0, done.err
    now = [stays(project, "--env", place)[0] for place in ("production", "staging")]
    assert [(s["release"], s["kind"], s["reason"], s["signed"]) for s in now] == [
        ("model@v0.1.0", "demotion", "Slow", False),
        ("more=code@v0.1.0", "promotion", "", True),
    ]
    assert now[0]["tags"] == ["model#production!#3", "model#production#4"]
    assert {s["model"] for s in stays(project, "more:code", "--env", "staging")} == {"more=code"}
    assert project.mlvc("demote", "more=code#staging").code == 0
    assert "nothing of more=code" in project.mlvc("history", "--env", "staging").out
    kinds = [e["kind"] for e in answer(project, "history", "more=code")["events"]]
    assert kinds == ["demotion", "promotion", "release"]


def test_text_of_others_moves_no_cursor(two_releases: Project) -> None:
    tag(two_releases, "model#production#1", "x\n\nReason: red \\x1b[31m text\n", ago=60)
    for args in ((), ("--env", "production"), ("--at", iso(0)), ("--at", iso(0), "--md")):
        said = two_releases.mlvc("history", *args)
        assert said.code == 0 and "\x1b" not in said.out and "red" in said.out
