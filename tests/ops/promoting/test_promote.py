"""`mlvc promote`: what it writes is what GTO and DVC read."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.ops.promoting.agreeing import by_dvc, by_gto, by_mlvc, promotions, put, told
from tests.ops.test_tagging_peers import SUB, gto, sign_with, signing
from tests.project import Project, run
from tests.releases import answer, release, state, take_back

__all__ = ["signing"]


def test_gto_dvc_and_mlvc_agree_on_what_is_where(two_releases: Project, tmp_path: Path) -> None:
    project, out = two_releases, tmp_path / "got"
    for name, place in (("v0.2.0", "staging"), ("0.1.0", "production"), ("staging", "production")):
        assert project.mlvc("promote", name, place).code == 0
    assert promotions(project) == ["model#staging#1", "model#production#2", "model#production#3"]
    assert by_mlvc(project) == {"model#production": "model@v0.2.0", "model#staging": "model@v0.2.0"}
    assert by_gto(project) == [by_dvc(project, out)] == ["v0.2.0"]
    # Back to an older version, within the same second: the last one counts for all of them.
    assert project.mlvc("promote", "0.1.0", "production").code == 0
    assert by_mlvc(project)["model#production"] == "model@v0.1.0"
    assert by_gto(project) == [by_dvc(project, out)] == ["v0.1.0"]
    events = gto(project, "history", "model")
    refs = [event["ref"] for event in events if event["event"] == "assignment"]
    assert refs == promotions(project)[::-1]


def test_a_tag_says_what_who_and_why(two_releases: Project) -> None:
    why = "Metric: f1=1\nas asked\x1b[2J — \\o/"
    made = answer(two_releases, "promote", "v0.1.0", "production", "-r", why)
    assert made["tag"] == "model#production#1" and made["made"] is True
    assert told(two_releases, made["tag"]) == {
        "Actor": "Ada Example <ada@example.com>",
        "Release": "model@v0.1.0",
        "Reason": r"Metric: f1=1\nas asked\x1b[2J — \\o/",
        "Verdict": "NONE",
    }
    assert two_releases.git("cat-file", "-t", made["tag"]) == "tag"
    (place,) = answer(two_releases, "environments", "model")["environments"]
    assert place["reason"] == why and place["who"] == "Ada Example <ada@example.com>"
    line = two_releases.mlvc("environments").out.splitlines()[1]
    assert line.split()[:3] == ["model", "production", "model@v0.1.0"]
    assert line.endswith(r"Ada Example  Metric: f1=1\nas asked\x1b[2J — \o/")


def test_what_is_there_already_is_not_promoted_again(two_releases: Project) -> None:
    assert two_releases.mlvc("promote", "v0.1.0", "production").code == 0
    before = state(two_releases)
    done = two_releases.mlvc("promote", "v0.1.0", "production")
    assert (done.code, done.out) == (
        0,
        "Nothing to do: model@v0.1.0 is in production already.\n",
    )
    assert state(two_releases) == before


def test_what_an_ending_tag_left_there_is_promoted_so_that_dvc_sees_it(
    two_releases: Project, tmp_path: Path
) -> None:
    for number, (mark, version) in enumerate((("", "0.1.0"), ("", "0.2.0"), ("!", "0.2.0")), 1):
        put(two_releases, f"model#production{mark}#{number}", version, ago=10 - number)
    assert by_mlvc(two_releases)["model#production"] == "model@v0.1.0"
    assert "DVC goes on giving" in two_releases.mlvc("environments").err
    assert answer(two_releases, "promote", "v0.1.0", "production")["tag"] == "model#production#4"
    assert by_dvc(two_releases, tmp_path / "got") == "v0.1.0"


def test_a_dry_run_says_the_same_and_writes_nothing(two_releases: Project) -> None:
    before = state(two_releases)
    planned = answer(two_releases, "promote", "latest", "production", "--dry-run")
    assert state(two_releases) == before
    assert planned.pop("made") is False
    made = answer(two_releases, "promote", "latest", "production")
    assert made.pop("made") is True and made == planned


def test_the_number_is_above_all_tags_of_the_model_whatever_they_are(
    two_releases: Project,
) -> None:
    put(two_releases, "model#staging!#7", "0.1.0", ago=0)
    two_releases.git("tag", "model#eu/canary#11")  # a lightweight one, which promotes nothing
    two_releases.git("tag", "model#production#x")
    two_releases.git("tag", "other#production#40")
    assert answer(two_releases, "promote", "0.1.0", "production")["tag"] == "model#production#12"


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("v0.1.0", "prodution"), 2, "Did you mean production? `--new` makes one"),
        (("v0.1.0", "lab"), 2, "There are production, staging."),
        (("v0.1.0", "-x", "--new"), 2, "No such option"),
        (("v0.1.0", "a//b", "--new"), 2, "'a//b' is no name of an environment"),
        (("v0.1.0", "HEAD", "--new"), 2, "'HEAD' is no name"),
        (("v0.1.0", "HEAD"), 2, "hint: That name is reserved"),
        (("v0.1.0", "latest"), 2, "hint: That name is reserved"),
        (("v0.1.0", "prod#1", "--new"), 2, "'prod#1' is no name"),
        (("v0.1.0", "prod\x1b[2J\n", "--new"), 2, "'prod\\x1b[2J\\n' is no name"),
        (("v0.1.0", "..", "--new"), 2, "'..' is no name"),
        (("v9.9.9", "production"), 13, "has no release v9.9.9"),
        (("HEAD", "production"), 13, "is no release of model"),
        (("v0.1.0", "production", "--allow-failing", " "), 2, "needs a reason"),
        (("v0.1.0", "production", "--model", "spam"), 13, "there is no model 'spam'"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    two_releases: Project, args: tuple[str, ...], code: int, says: str
) -> None:
    two_releases.git("commit", "--quiet", "--allow-empty", "--message", "No release")
    done = two_releases.mlvc("promote", *args)
    assert (done.code, done.out) == (code, "")
    assert says in done.err and "Traceback" not in done.err
    assert promotions(two_releases) == []


def test_a_new_environment_is_known_from_then_on(two_releases: Project) -> None:
    assert two_releases.mlvc("promote", "v0.1.0", "eu/canary", "--new").code == 0
    assert two_releases.mlvc("promote", "v0.2.0", "eu/canary").code == 0
    assert by_mlvc(two_releases) == {"model#eu/canary": "model@v0.2.0"}


def test_a_model_in_a_subfolder_is_promoted_as_gto_names_it(
    project: Project, tmp_path: Path
) -> None:
    project.write("sub/dvc.yaml", SUB)
    project.write("sub/weights.bin", "the weights\n")
    project.dvc("add", "--quiet", "sub/weights.bin")
    project.commit("A model in a subfolder")
    release(project, "sub:model")
    assert project.mlvc("promote", "v0.1.0", "production", "--model", "sub:model").code == 0
    assert by_mlvc(project) == {"sub=model#production": "sub=model@v0.1.0"}
    assert by_dvc(project, tmp_path / "got", model="sub=model") == "v0.1.0"


def test_promotions_at_once_in_two_worktrees_get_numbers_of_their_own(
    two_releases: Project, tmp_path: Path
) -> None:
    two_releases.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "other"))
    command = (sys.executable, "-I", "-m", "mlvc", "-C")
    running = [
        subprocess.Popen([*command, folder, "promote", *what])
        for folder, what in (
            (two_releases.path, ("v0.1.0", "staging")),
            (tmp_path / "other", ("v0.2.0", "production")),
        )
    ]
    assert [process.wait(60) for process in running] == [0, 0]
    assert [tag.rpartition("#")[2] for tag in promotions(two_releases)] == ["1", "2"]
    assert by_mlvc(two_releases) == {
        "model#production": "model@v0.2.0",
        "model#staging": "model@v0.1.0",
    }


def test_signed_promotions_are_read_by_all_and_verified_by_git(
    two_releases: Project, signing: list[str]
) -> None:
    sign_with(two_releases, signing)
    made = answer(two_releases, "promote", "v0.1.0", "production", "-r", "Tried", "--sign")
    checked = run("git", "tag", "--verify", made["tag"], cwd=two_releases.path)
    assert 'Good "git" signature' in checked.stderr + checked.stdout
    assert answer(two_releases, "environments")["environments"][0]["reason"] == "Tried"
    assert by_gto(two_releases) == ["v0.1.0"]


def test_what_gto_took_back_goes_nowhere_whatever_reason_is_given(two_releases: Project) -> None:
    take_back(two_releases, "model@v0.2.0!")
    before = two_releases.git("tag")
    done = two_releases.mlvc("promote", "v0.2.0", "production", "--allow-failing", "I want it")
    assert (done.code, two_releases.git("tag")) == (1, before)
    assert "model@v0.2.0! takes it back" in done.err


@pytest.mark.parametrize("extra", [(), ("--json",), ("--dry-run",)])
def test_a_release_with_a_bad_verdict_is_noted_where_nothing_asks_for_another(
    project: Project, extra: tuple[str, ...]
) -> None:
    params = project.read("params.yaml")
    gate = "mlvc:\n  gates: [{metric: accuracy, min: 0.99}]\n"
    project.write("params.yaml", params + gate)
    project.commit("A gate")
    release(project, "--allow-failing", "It is asked for")
    done = project.mlvc("promote", "latest", "production", *extra)
    assert done.code == 0
    assert "note: model@v0.1.0 was released with verdict FAIL; `verdict: PASS` below" in done.err
    asks = "  environments: {staging: {verdict: PASS}}\n"
    project.write("params.yaml", params + gate + asks)
    refused = project.mlvc("promote", "latest", "staging")
    assert refused.code == 1 and "its verdict is FAIL, not PASS" in refused.err
    anyway = project.mlvc("promote", "latest", "staging", "--allow-failing", "To look at it")
    assert anyway.code == 0 and "note:" not in anyway.err


def test_a_release_without_a_verdict_is_promoted_without_a_note(two_releases: Project) -> None:
    done = two_releases.mlvc("promote", "latest", "production")
    assert (done.code, done.err) == (0, "")
