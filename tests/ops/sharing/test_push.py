"""`mlvc push`: a tag on the Git remote implies that its objects are on DVC's."""

from dataclasses import replace

import pytest

from mlvc.errors import Exit, MlvcError
from mlvc.ops.naming import Target
from mlvc.ops.sharing import publishing
from mlvc.ops.sharing.objects import deliver, needs
from mlvc.registry import sharing
from mlvc.registry.evaluations import record
from mlvc.registry.git import Git
from mlvc.registry.recording import REF
from tests.ops.sharing.conftest import Team, opened, promote, pulled, pushed, recorded
from tests.registry.test_evaluations import ONE
from tests.releases import answer, current, state

BOTH = ["model@v0.1.0", "model@v0.2.0"]


def test_releases_older_than_the_remote_can_be_restored_from_what_was_pushed(team: Team) -> None:
    record(opened(team.one).repo.git, [ONE])
    done = answer(team.one, "push")
    assert (done["tags"], done["branch"], done["evaluations"]) == (BOTH, "main", True)
    assert done["objects"][0]["sent"] == done["objects"][0]["objects"] == len(team.objects)
    assert team.refs()["refs/heads/main"] == team.one.git("rev-parse", "HEAD")
    two = team.clone()
    assert pulled(two, data=True).objects == len(team.objects)
    assert recorded(two) == {ONE.id}
    two.dvc("checkout", "--quiet")
    assert two.mlvc("rollback", "--yes").code == 0
    assert current(two) == ["model@v0.1.0"]


def test_a_second_push_has_nothing_to_do(team: Team) -> None:
    pushed(team.one)
    before = team.refs()
    done = team.one.mlvc("push")
    assert done.out == "Nothing to push: origin has it all\n"
    assert team.refs() == before


def test_a_push_that_was_killed_when_all_was_there_knows_it_after_the_next(team: Team) -> None:
    pushed(team.one)
    seen = team.one.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/mlvc/remotes")
    for line in seen.splitlines():
        team.one.git("update-ref", "-d", line.split()[0])
    pushed(team.one)
    again = team.one.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/mlvc/remotes")
    assert "tags/model@v0.2.0" in again and again == seen


def test_a_dry_run_says_what_would_go_and_changes_nothing(team: Team) -> None:
    before = state(team.one)
    done = answer(team.one, "push", "--dry-run")
    assert (done["done"], done["tags"], done["branch"]) == (False, BOTH, "main")
    assert state(team.one) == before
    assert team.refs() == {}
    assert team.objects == []


def test_a_named_release_goes_with_its_promotions_and_no_other(team: Team) -> None:
    tag = promote(team.one, 1)
    promote(team.one, 2, "model@v0.2.0")
    assert pushed(team.one, "v0.1.0").tags == ("model@v0.1.0", tag)
    assert team.tags() == [tag, "model@v0.1.0"]


def test_a_release_beside_the_pushed_branch_brings_its_commit(team: Team) -> None:
    beside = team.one.git("commit-tree", "HEAD^{tree}", "-p", "model@v0.1.0^{commit}", "-m", "On")
    team.one.git("switch", "--quiet", "--create", "fresh", beside)
    pushed(team.one)
    assert team.tags() == BOTH
    assert set(team.refs()) == {"refs/heads/fresh", *(f"refs/tags/{tag}" for tag in BOTH)}


def test_what_a_remote_lost_of_a_release_is_sent_again(team: Team) -> None:
    pushed(team.one)
    lost, cut = team.objects[:2]
    lost.unlink()
    cut.chmod(0o644)
    cut.write_bytes(cut.read_bytes()[:-1])
    (store,) = pushed(team.one, every=True).objects
    assert store.sent == 2
    assert pushed(team.one, every=True).objects[0].sent == 0


def test_a_folder_is_proven_file_by_file_whatever_dvc_takes_for_granted(team: Team) -> None:
    team.one.write("table/a", "one\n")
    team.one.write("table/b", "two\n")
    team.one.dvc("add", "--quiet", "table")
    yaml = team.one.read("dvc.yaml").replace(
        "      - train.py\n", "      - train.py\n      - table\n"
    )
    team.one.write("dvc.yaml", yaml)
    head = team.one.commit("A folder")
    team.one.dvc("push", "--quiet")  # DVC notes that all of the folder is there
    (lost,) = (path for path in team.objects if path.read_text() == "two\n")
    lost.unlink()
    project = opened(team.one)
    (store,) = deliver(project, needs(project, [Target(head, "model")]))
    assert store.sent == 1
    assert lost.read_text() == "two\n"


def test_tags_go_in_order_a_few_at_a_time_and_a_second_push_completes(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    tags = [*BOTH, *(promote(team.one, number) for number in range(1, 6))]
    sent: list[list[str]] = []
    send = sharing.send

    def cut(git: Git, remote: str, refs: dict[str, str], *turn: str) -> None:
        if len(sent) == 1:
            raise KeyboardInterrupt
        sent.append([ref.removeprefix("refs/tags/") for ref in refs if "tags" in ref])
        send(git, remote, refs, *turn)

    monkeypatch.setattr(sharing, "send", cut)
    with pytest.raises(KeyboardInterrupt):
        pushed(team.one)
    assert sorted(sent[0]) == team.tags()
    sent.append([])
    assert pushed(team.one).tags == tuple(tags[3:])
    assert [tag for part in sent for tag in part] == tags
    assert max(map(len, sent)) == 3


def test_a_push_that_is_overtaken_unites_and_tries_again(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed(team.one)
    two = team.clone()
    mine, theirs = replace(ONE, id="aa"), replace(ONE, id="bb")
    record(opened(team.one).repo.git, [mine])
    record(opened(two).repo.git, [theirs])
    publish = publishing.publish  # between the look and the push

    def overtaken(*args: object) -> None:
        monkeypatch.setattr("mlvc.ops.sharing.pushing.publish", publish)
        pushed(two)
        publish(*args)  # type: ignore[arg-type]

    monkeypatch.setattr("mlvc.ops.sharing.pushing.publish", overtaken)
    assert pushed(team.one).evaluations
    assert recorded(team.one) == {"aa", "bb"}
    assert team.refs()[REF] == team.one.git("rev-parse", REF)
    pulled(two)
    assert recorded(two) == {"aa", "bb"}


def test_a_tag_goes_though_the_branch_went_on_elsewhere(team: Team) -> None:
    pushed(team.one)
    two = team.clone()
    two.write("notes", "two")
    two.commit("Elsewhere")
    two.git("push", "--quiet")
    tag = promote(team.one, 1)
    assert pushed(team.one).tags == (tag,)
    team.one.write("notes", "one")
    team.one.commit("Here")
    tag = promote(team.one, 2)
    with pytest.raises(MlvcError, match="different ways; nothing was pushed"):
        pushed(team.one)
    assert tag not in team.tags()


def test_a_users_follow_tags_sends_no_tag_unproven(team: Team) -> None:
    team.one.git("config", "push.followTags", "true")
    team.one.git("tag", "--annotate", "--message", "mine", "own")
    pushed(team.one, "v0.1.0")
    assert team.tags() == ["model@v0.1.0"]


@pytest.mark.parametrize(("path", "rest"), [("data/clean.csv", 2), ("model.bin", 0)])
def test_what_dvc_is_told_to_keep_here_stays_here(team: Team, path: str, rest: int) -> None:
    line = f"    outs:\n      - {path}"
    yaml = team.one.read("dvc.yaml").replace(line, f"{line}:\n          push: false")
    team.one.write("dvc.yaml", yaml)
    target, project = Target(team.one.commit("Keep"), "model"), opened(team.one)
    if not rest:
        with pytest.raises(MlvcError, match="is the model, and dvc"):
            needs(project, [target])
        return
    wanted = needs(project, [target])
    assert list(wanted.notes) == [f"{path} stays here: dvc.yaml says `push: false` of it"]
    assert len(wanted.objects["storage"]) == rest


def test_only_a_configured_remote_is_pushed_to(team: Team) -> None:
    for name in ("ext::sh -c true", "../hub.git", "--all"):
        done = team.one.mlvc("push", f"--remote={name}")
        assert done.code == Exit.USAGE
        assert "there is no Git remote" in done.err


def test_a_release_that_cannot_be_pushed_stands_and_goes_later(team: Team) -> None:
    team.hub.path.rename(team.path / "away")
    done = team.one.mlvc("tag", "--allow-same", "--push")
    assert done.code == Exit.REFUSED
    assert "error: model@v0.2.1 is released here, and not pushed: Git remote" in done.err
    assert "Then `mlvc push model@v0.2.1`." in done.err
    (team.path / "away").rename(team.hub.path)
    assert pushed(team.one, "model@v0.2.1").branch == "main"
    made = answer(team.one, "tag", "--allow-same", "--push")
    assert made["pushed"]["tags"] == ["model@v0.2.2"]
    assert team.tags() == ["model@v0.2.1", "model@v0.2.2"]


def test_a_rollback_can_be_sent_at_once(team: Team) -> None:
    promote(team.one, 1, "model@v0.2.0")
    pushed(team.one)
    args = ("rollback", "--env", "production", "--yes", "--push")
    team.hub.path.rename(team.path / "away")
    done = team.one.mlvc(*args)
    assert done.code == Exit.REFUSED
    assert "error: the rollback is done here, and not pushed: Git remote" in done.err
    assert "Then `mlvc push model@v0.1.0`." in done.err
    (team.path / "away").rename(team.hub.path)
    assert pushed(team.one, "model@v0.1.0").tags == ("model#production#2",)
    assert team.refs()["refs/heads/main"] == team.one.git("rev-parse", "HEAD")
    again = ("rollback", "v0.2.0", *args[1:3], "--tag-only", "--push", "--allow-failing", "Fine")
    made = answer(team.one, *again)
    assert made["pushed"]["tags"] == ["model#production#3"]
