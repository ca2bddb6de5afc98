"""`mlvc get` from this repository, and from one elsewhere."""

import json
import os
import signal

import pytest

from mlvc.errors import Exit, MlvcError
from mlvc.workspace.hashing import sha256_path
from tests.ops.getting.conftest import Published, released_folder
from tests.project import PYTHON, run
from tests.releases import release, take_back

EARLIER, LATER = "cutoff 49.5", "cutoff 99.0"


def test_any_name_of_a_release_hands_out_its_artifact(published: Published) -> None:
    expected = {
        "model@v0.1.0": "v0.1.0",
        "0.1.0": "v0.1.0",
        "model@production": "v0.1.0",
        "production": "v0.1.0",
        "model": "v0.2.0",
        "latest": "v0.2.0",
    }
    for number, (name, version) in enumerate(expected.items()):
        got = published.get(name, f"got{number}")
        assert (got.release.name, got.proven) == (f"model@{version}", "Model-Digest")
        assert got.digest == f"sha256:{sha256_path(got.path)}"
        assert got.path.read_text().startswith(EARLIER if version == "v0.1.0" else LATER)
    assert published.there == [f"got{n}" for n in range(len(expected))]


def test_it_comes_from_this_repository_and_its_remote_too(published: Published) -> None:
    one = published.one
    for folder in (one.path / ".dvc/cache/files/md5").iterdir():
        for file in folder.iterdir():
            file.unlink()
    answer = published.call("-C", one.path, "get", "v0.1.0", "-o", str(published.desk / "model"))
    assert answer.code == 0, answer
    assert (published.desk / "model").read_text().startswith(EARLIER)
    assert one.git("status", "--porcelain") == ""


def test_what_is_at_the_path_is_never_mixed(published: Published) -> None:
    model = published.desk / "model.bin"
    assert not published.get("v0.1.0").was_there
    assert published.get("v0.1.0").was_there
    assert "--force" in published.refused("v0.2.0", Exit.DIRTY).hint
    assert model.read_text().startswith(EARLIER)
    assert published.get("v0.2.0", force=True).path == model
    assert model.read_text().startswith(LATER)
    model.unlink()
    os.mkfifo(model)
    published.refused("v0.2.0", Exit.DIRTY)  # and nobody waits for what comes out of it
    model.unlink()
    model.mkdir()
    with pytest.raises(MlvcError, match="a folder, and what would replace it is a file"):
        published.get("v0.2.0", force=True)
    assert published.there == ["model.bin"]
    assert published.refused("v0.2.0", Exit.REFUSED, "nowhere/model").hint.startswith("`mkdir")


def test_a_folder_is_whole_and_its_equal_files_are_files_of_their_own(published: Published) -> None:
    released_folder(published)
    got = published.get("model", "folder")
    folder = published.desk / "folder"
    assert got.digest == f"sha256:{sha256_path(folder)}"
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert {str(path.relative_to(folder)) for path in files} == {"a", "sub/b", "sub/c"}
    assert all(path.stat().st_nlink == 1 and path.stat().st_mode & 0o200 for path in files)
    assert published.get("model", "folder").was_there
    (folder / "more").touch()
    published.refused("model", Exit.DIRTY, "folder")
    published.get("model", "folder", force=True)
    assert not (folder / "more").exists()
    (folder / ".git").write_text("gitdir: elsewhere\n")
    with pytest.raises(MlvcError, match="is not replaced: it is a repository"):
        published.get("model", "folder", force=True)


def test_what_was_tampered_with_leaves_nothing_behind(published: Published) -> None:
    (bad,) = published.objects(EARLIER)
    bad.chmod(0o644)
    bad.write_text("cutoff 0\n")
    bad.chmod(0o444)  # as DVC has it; what can be written it deletes, when it is wrong
    assert "does not arrive intact" in published.refused("v0.1.0", Exit.CORRUPT).message
    bad.unlink()
    assert "is missing" in published.refused("v0.1.0", Exit.MISSING).message
    assert published.there == []
    assert published.get("v0.2.0").proven == "Model-Digest"


def test_a_tag_that_states_another_digest_is_not_believed(published: Published) -> None:
    hub = published.hub
    text = hub.git("cat-file", "tag", "model@v0.1.0")
    digest = text.split("Model-Digest: sha256:")[1][:64]
    forged = published.desk.parent / "forged"
    forged.write_text(text.replace(digest, "0" * 64) + "\n")
    made = hub.git("hash-object", "-t", "tag", "-w", str(forged))
    hub.git("update-ref", "refs/tags/model@v0.1.0", made)
    assert "is not what was released" in published.refused("v0.1.0", Exit.CORRUPT).message
    assert published.there == []


def test_only_dvcs_digest_proves_a_release_of_plain_gto(published: Published) -> None:
    one = published.one
    one.git("tag", "-a", "-m", "by hand", "model@v1.0.0", "model@v0.1.0^{commit}")
    one.git("tag", "-d", "model@v0.1.0")
    one.git("push", "-q", "origin", "model@v1.0.0", ":refs/tags/model@v0.1.0")
    got = published.get("production")
    assert (got.release.name, got.proven) == ("model@v1.0.0", "DVC")
    assert "states no Model-Digest" in got.notes[0]
    assert published.get("1.0.0").was_there


def test_what_git_tracks_comes_from_git(published: Published) -> None:
    one = published.one
    one.write("dvc.yaml", one.read("dvc.yaml").replace("path: model.bin", "path: signature.json"))
    one.commit("The signature is the model")
    release(one)
    published.publish()
    assert published.get("model").path.name == "signature.json"
    assert published.there == ["signature.json"]


def test_names_that_mean_no_release_are_refused(published: Published) -> None:
    for name in ("v9.9.9", "model@staging", "main", "other@1.0.0"):
        published.refused(name, Exit.MISSING)
    error = published.refused("model@staging", Exit.MISSING)
    assert error.message.startswith("'model@staging' names no release")
    published.refused("-x", Exit.USAGE)
    for url in ("/nowhere", "file:///nowhere", "ext::sh -c touch% ran", "--upload-pack=touch ran"):
        published.refused("model", Exit.REFUSED, repo=url)
    assert published.there == []


def test_a_repository_without_releases_is_said_to_have_none(published: Published) -> None:
    published.hub.git("tag", "-d", *published.hub.git("tag").splitlines())
    for name in ("model", "latest", "0.1.0", "model@v1.0.0", "production", "HEAD"):
        error = published.refused(name, Exit.MISSING)
        assert error.message == f"{published.hub.path} has no releases"
        assert "`mlvc tag --push`" in error.hint
    assert published.there == []


def test_where_no_repository_is_one_can_be_named(published: Published) -> None:
    for asked in (("get", "model"), ("which",)):
        done = published.call(*asked)
        assert done.code == Exit.NOT_A_REPOSITORY
        assert done.err.endswith("Or name another one: `--repo URL`.\n")


def test_the_command_line_says_what_was_done(published: Published) -> None:
    answer = published.call("get", "production", "--repo", "../hub.git")
    assert answer.out.startswith(f"Got: model@v0.1.0 at {published.desk}/model.bin\n")
    assert answer.out.endswith(", proven by Model-Digest\n")
    document = json.loads(published.call("get", "0.1.0", "--repo", "../hub.git", "--json").out)
    assert (document["kind"], document["was_there"]) == ("get", True)


def test_a_kill_leaves_the_whole_or_nothing_and_the_next_one_clears_up(
    published: Published,
) -> None:
    """Killed when the new file is whole, and just before it is renamed."""
    script = (
        "import os, signal, sys; import mlvc.ops.getting.perform as p;"
        "p.settle = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL);"
        "from mlvc.cli.app import run; sys.exit(run(sys.argv[1:]))"
    )
    done = run(
        PYTHON, "-I", "-c", script, "get", "model", "--repo", published.hub.path,
        cwd=published.desk, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL
    (left,) = published.there
    assert left.startswith(".mlvc-get-")
    published.get("v0.1.0")
    assert published.there == ["model.bin"]


def test_what_a_strangers_repository_imports_is_not_fetched(published: Published) -> None:
    one = published.one
    one.write("dvc.yaml", one.read("dvc.yaml").replace("path: model.bin", "path: other.bin"))
    deps = "deps:\n- path: x\n  repo:\n    url: /nowhere\n    rev_lock: abc\n"
    outs = "outs:\n- path: other.bin\n  md5: 0123456789abcdef0123456789abcdef\n  hash: md5\n"
    one.write("other.bin.dvc", f"frozen: true\n{deps}{outs}")
    one.commit("A model of others")
    one.git("tag", "-a", "-m", "by hand", "model@v1.0.0")
    one.git("push", "-q", "origin", "main", "model@v1.0.0")
    assert "is imported from a third" in published.refused("1.0.0", Exit.REFUSED).message


def test_what_gto_took_back_is_handed_out_with_a_word(published: Published) -> None:
    take_back(published.one, "model@v0.2.0!")
    published.publish()
    assert published.get("model").release.name == "model@v0.1.0"
    note = "model@v0.2.0 is withdrawn: model@v0.2.0! takes it back"
    assert published.get("v0.2.0", "bad").notes == (note,)
    asked = published.call("which", "bad", "--repo", "../hub.git")
    assert (asked.code, asked.out) == (0, "model@v0.2.0  withdrawn\n")


def test_a_hub_whose_head_names_no_branch_says_what_to_do(published: Published) -> None:
    published.hub.git("symbolic-ref", "HEAD", "refs/heads/master")
    error = published.refused("v0.1.0", Exit.REFUSED)
    assert "`git symbolic-ref HEAD refs/heads/main`" in error.hint
