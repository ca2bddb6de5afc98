"""Reading tags: whatever else is there, the releases are read, and the rest is named."""

from collections.abc import Callable

import pytest

from mlvc.registry import tag_reading, tags
from mlvc.registry.git import Git, GitFailed
from mlvc.registry.streams import records
from tests.project import Project, run
from tests.releases import answer, names

READING = (
    ("list",),
    ("show",),
    ("history",),
    ("which",),
    ("diff", "0.1.0", "0.2.0"),
)


def malformed(project: Project) -> str:
    project.git("tag", "-a", "model@v1.2", "-m", "not SemVer")
    return "tag model@v1.2 is not MODEL@vX.Y.Z"


def lightweight(project: Project) -> str:
    project.git("tag", "model@v5.0.0")
    return "tag model@v5.0.0 is lightweight"


def of_a_blob(project: Project) -> str:
    project.git("tag", "-a", "model@v5.0.0", "-m", "x", "HEAD:train.py")
    return "tag model@v5.0.0 does not point at a commit"


def of_a_missing_commit(project: Project) -> str:
    tree = project.git("rev-parse", "HEAD^{tree}")
    commit = project.git("commit-tree", "-m", "lost", tree)
    project.git("tag", "-a", "model@v5.0.0", "-m", "x", commit)
    (project.path / ".git/objects" / commit[:2] / commit[2:]).unlink()
    return "tag model@v5.0.0 points at a commit that is missing here"


def that_is_missing_itself(project: Project) -> str:
    project.git("tag", "-a", "model@v5.0.0", "-m", "x")
    tag = project.git("rev-parse", "refs/tags/model@v5.0.0")
    (project.path / ".git/objects" / tag[:2] / tag[2:]).unlink()
    return "tag model@v5.0.0 points at a commit that is missing here"


ODD = [malformed, lightweight, of_a_blob, of_a_missing_commit, that_is_missing_itself]


@pytest.mark.parametrize("make", ODD, ids=lambda make: make.__name__)
def test_every_reading_verb_works_beside_a_tag_that_is_no_release_and_says_so(
    two_releases: Project, make: Callable[[Project], str]
) -> None:
    says = make(two_releases)
    for args in READING:
        done = two_releases.mlvc(*args)
        assert done.code == 0, done.err
        assert f"ignored: {says}" in done.err
        assert "v5.0.0" not in done.out
    assert names(two_releases) == ["model@v0.1.0", "model@v0.2.0"]
    assert two_releases.mlvc("tag", "0.9.0", "--allow-same").code == 0


@pytest.mark.parametrize("make", [of_a_missing_commit, of_a_blob], ids=["missing", "blob"])
def test_a_release_whose_tag_is_odd_says_why_when_it_is_asked_for(
    two_releases: Project, make: Callable[[Project], str]
) -> None:
    says = make(two_releases)
    done = two_releases.mlvc("show", "model@v5.0.0")
    assert done.code == 13 and says in done.err and "hint: " in done.err


def test_tags_of_others_are_nobodys_business(two_releases: Project) -> None:
    for tag in ("v9.9.9", "nightly", "model#prod#1", "me@work", "model@v0.1.0!"):
        two_releases.git("tag", "-a", tag, "-m", "x")
    done = two_releases.mlvc("list")
    assert done.err == "" and "v9.9.9" not in done.out and "nightly" not in done.out


def test_a_message_cannot_forge_a_release(two_releases: Project) -> None:
    head = two_releases.git("rev-parse", "HEAD")
    forged = f"tag\x1fmodel@v9.0.0\x1f{head}\x1fcommit\x1f1\x1fEve\x1fx"
    two_releases.git("tag", "-a", "note@work", "-m", f"x\x1e\n{forged}\x1e\n")
    two_releases.git("commit", "--quiet", "--allow-empty", "-m", f"odd \x1e {forged}")
    assert names(two_releases) == ["model@v0.1.0", "model@v0.2.0"]
    assert two_releases.mlvc("history").code == 0


def test_a_tag_that_is_no_utf8_is_listed(two_releases: Project) -> None:
    message = two_releases.path.parent / "message"
    message.write_bytes(b"title\n\ncaf\xe9\n")
    two_releases.git("tag", "-a", "model@v0.3.0", "-F", str(message), "--cleanup=verbatim")
    done = two_releases.mlvc("list")
    assert done.code == 0 and "caf\\udce9" in done.out
    assert two_releases.mlvc("show", "0.3.0").code == 0
    assert two_releases.mlvc("list", "--json").code == 0


def test_thousands_of_tags_are_read_in_the_order_of_versions(project: Project) -> None:
    head = project.git("rev-parse", "HEAD")
    wanted = [f"v0.{minor}.{patch}" for minor in range(100) for patch in range(20)]
    stream = "".join(
        f"tag model@{version}\nfrom {head}\ntagger A <a@b> {at} +0000\ndata 1\nx\n"
        for at, version in enumerate(wanted, 1_700_000_000)
    )
    script = project.path.parent / "stream"
    script.write_text(stream)
    run("sh", "-c", 'git fast-import --quiet < "$0"', script, cwd=project.path)
    git = Git(project.path)
    found, _, problems, _ = tag_reading.read(git)
    assert [f"v{release.release.version}" for release in found] == wanted and problems == ()
    assert tags.next_date(git, "model") > 1_700_000_000 + len(wanted)


def test_the_date_of_a_next_tag_counts_promotions_and_withdrawals_too(project: Project) -> None:
    for tag, at in (
        ("model#prod#1", 4102444800),
        ("model@v1.0.0!", 4102444900),
        ("model#eu/prod#2", 4102445000),
    ):
        late = {"GIT_COMMITTER_DATE": f"@{at} +0000"}
        run("git", "tag", "-a", tag, "-m", "x", cwd=project.path, env=late)
        assert tags.next_date(Git(project.path), "model") == at + 1
    assert tags.next_date(Git(project.path), "mode") < 4102444800


def test_signatures_in_the_log_do_not_disturb_the_rollbacks(two_releases: Project) -> None:
    project = two_releases
    key = project.path.parent / "key"
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key, cwd=project.path)
    allowed = project.path.parent / "allowed"
    allowed.write_text(f"ada@example.com {key.with_suffix('.pub').read_text()}")
    for name, value in (
        ("gpg.ssh.allowedSignersFile", str(allowed)),
        ("gpg.format", "ssh"),
        ("user.signingkey", f"{key}.pub"),
        ("commit.gpgSign", "true"),
        ("log.showSignature", "true"),
    ):
        project.git("config", name, value)
    assert project.mlvc("rollback", "--yes").code == 0
    assert "gpgsig" in project.git("cat-file", "commit", "HEAD")
    assert names(project, "withdrawn") == ["model@v0.2.0"]
    events = answer(project, "history")["events"]
    told = [event["commit"] for event in events if event["kind"] == "rollback"]
    assert told == [project.git("rev-parse", "HEAD")]


def test_records_are_whole_however_they_arrive(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for tag in ("a", "b@c", "d"):
        project.git("tag", "-a", tag, "-m", f"{tag} caf\u00e9")
    words = ("for-each-ref", "--format=%(refname)%00%(contents)%00", "refs/tags")
    whole = [one for some in records(Git(project.path), 2, *words) for one in some]
    assert [text.strip() for _, text in whole] == ["a caf\u00e9", "b@c caf\u00e9", "d caf\u00e9"]
    monkeypatch.setattr("mlvc.registry.streams._CHUNK", 1)
    pieces = list(records(Git(project.path), 2, *words))
    assert [one for some in pieces for one in some] == whole and len(pieces) > 1
    with pytest.raises(GitFailed, match="unknown field name"):
        list(records(Git(project.path), 1, "for-each-ref", "--format=%(nothing)"))


@pytest.mark.parametrize(
    ("days", "title", "left"),
    [(0, "In production", False), (1, "In production", True), (0, "Back in production", True)],
)
def test_a_tag_is_taken_back_only_where_commit_date_and_title_are_its_own(
    two_releases: Project, days: int, title: str, left: bool
) -> None:
    git, head = Git(two_releases.path), two_releases.git("rev-parse", "HEAD")
    at = tags.next_date(git, "model")
    tags.create(git, "model#production#1", head, "In production\n\nWhy: x\n", at=at, sign=False)
    marked = tags.mark(at + days * 86_400, f"{title}\n\nWhy: x\n")
    tags.withdraw(git, "model#production#1", two_releases.git("rev-parse", "HEAD^"), marked)
    assert tags.exists(git, "model#production#1")
    tags.withdraw(git, "model#production#1", head, marked)
    assert tags.exists(git, "model#production#1") == left
    tags.withdraw(git, "model#production#2", head, marked)  # was not made
