"""`mlvc verify`: every object of every release is here, with the content of its name."""

import shutil

import pytest

from tests.believing import believe_object
from tests.ops.rollback.test_objects import object_of
from tests.ops.verifying.finding import flip, statuses, told, verified
from tests.project import Project
from tests.releases import answer, release, state

OK = {"model@v0.1.0": "ok", "model@v0.2.0": "ok"}


def test_whole_releases_are_ok_and_nothing_is_changed(two_releases: Project) -> None:
    before = state(two_releases)
    found = answer(two_releases, "verify", "--all")
    assert statuses(found) == OK
    assert found["status"] == "ok" and found["first_seen"] == 2
    assert {(row["objects"], row["digest"]) for row in found["releases"]} == {(3, "proven")}
    assert state(two_releases) == before
    shown = two_releases.mlvc("verify")
    assert shown.code == 0 and "first time" not in shown.err
    lines = shown.out.splitlines()
    assert lines[0].split() == ["RELEASE", "STATUS", "OBJECTS", "DIGEST", "SIGNATURE"]
    assert lines[1].split() == ["model@v0.1.0", "ok", "3", "proven", "none"]


def test_a_missing_object_is_told_once_for_all_releases_that_share_it(
    two_releases: Project,
) -> None:
    lost = object_of(two_releases, "model@v0.1.0", "data/clean.csv")
    lost.unlink()
    found = verified(two_releases, code=13)
    assert statuses(found) == dict.fromkeys(OK, "missing")
    name = lost.parent.name + lost.name
    assert told(found) == [f"object {name} of data/clean.csv is missing here"]
    assert all(row["digest"] == "proven" for row in found["releases"])
    done = two_releases.mlvc("verify")
    assert done.code == 13 and done.out.count("is missing here") == 1
    assert "`mlvc pull --data model@v0.1.0` brings it" in done.out


def test_only_the_release_that_is_asked_for_is_verified(two_releases: Project) -> None:
    object_of(two_releases, "model@v0.1.0", "model.bin").unlink()
    assert statuses(verified(two_releases, "v0.2.0")) == {"model@v0.2.0": "ok"}
    assert statuses(verified(two_releases, "<0.2", code=13)) == {"model@v0.1.0": "missing"}
    found = verified(two_releases, code=13)
    assert [row["digest"] for row in found["releases"]] == ["unproven", "proven"]


def test_a_release_whose_tree_git_has_lost_is_told_beside_the_others(two_releases: Project) -> None:
    lost = two_releases.git("rev-parse", "model@v0.1.0^{tree}")
    (two_releases.path / ".git/objects" / lost[:2] / lost[2:]).unlink()
    found = verified(two_releases, code=13)
    assert statuses(found) == {"model@v0.1.0": "missing", "model@v0.2.0": "ok"}
    assert told(found)[0].startswith("Git object ")


def test_a_flipped_byte_is_found_though_size_and_time_are_as_before(two_releases: Project) -> None:
    # What cannot be put back is the inode's own time (ctime), which is remembered, too.
    verified(two_releases)
    flip(object_of(two_releases, "model@v0.1.0", "model.bin"))
    found = verified(two_releases, code=14)
    assert statuses(found) == {"model@v0.1.0": "corrupt", "model@v0.2.0": "ok"}
    assert "of model.bin is corrupt" in told(found)[0]


def test_corrupt_comes_before_missing(two_releases: Project) -> None:
    flip(object_of(two_releases, "model@v0.1.0", "predictions.csv"))
    object_of(two_releases, "model@v0.2.0", "model.bin").unlink()
    found = verified(two_releases, code=14)
    assert statuses(found) == {"model@v0.1.0": "corrupt", "model@v0.2.0": "missing"}
    assert found["status"] == "corrupt"


def test_what_rots_on_the_disk_without_a_trace_is_found_by_deep_only(
    two_releases: Project,
) -> None:
    verified(two_releases)
    spoilt = object_of(two_releases, "model@v0.1.0", "model.bin")
    flip(spoilt)
    believe_object(two_releases, spoilt)
    assert statuses(verified(two_releases)) == OK
    assert statuses(verified(two_releases, deep=True, code=14))["model@v0.1.0"] == "corrupt"


@pytest.fixture
def folder(two_releases: Project) -> Project:
    """A model that is a folder, in a project that has another one: folder@v0.1.0."""
    for number in range(600):
        two_releases.write(f"sub/weights/{number}.bin", f"{number}\n")
    two_releases.dvc("add", "--quiet", "sub/weights")
    two_releases.write("sub/dvc.yaml", "artifacts:\n  folder: {path: weights}\n")
    two_releases.commit("A model that is a folder")
    assert release(two_releases, "sub:folder")["name"] == "sub=folder@v0.1.0"
    return two_releases


def test_each_file_of_a_folder_counts(folder: Project) -> None:
    cache = folder.path / ".dvc/cache"
    found = verified(folder, "sub=folder@v0.1.0")["releases"][0]
    assert (found["objects"], found["digest"]) == (601, "proven")
    lost = [p for p in cache.rglob("*") if p.is_file() and p.read_bytes() in (b"7\n", b"599\n")]
    for path in lost:
        path.unlink()
    found = verified(folder, code=13)
    assert statuses(found) == OK | {"sub=folder@v0.1.0": "missing"}
    paths = {f["path"] for f in found["releases"][-1]["findings"]}
    assert paths == {"sub/weights/7.bin", "sub/weights/599.bin"}
    (manifest,) = cache.rglob("*.dir")
    flip(manifest)
    assert statuses(verified(folder, code=14))["sub=folder@v0.1.0"] == "corrupt"
    shutil.rmtree(cache)
    done = folder.mlvc("verify", "--md")
    assert done.code == 13 and done.out.startswith("**missing**\n\n| RELEASE |"), done.err
    assert "| sub=folder@v0.1.0 | missing | 1 | unproven | none |" in done.out


def test_a_model_that_git_holds_is_compared_with_its_digest(two_releases: Project) -> None:
    two_releases.write("code/dvc.yaml", "artifacts:\n  code: {path: ../train.py}\n")
    two_releases.commit("A model that Git holds")
    release(two_releases, "code:code")
    found = verified(two_releases, model="code:code")["releases"]
    assert [(row["name"], row["digest"]) for row in found] == [("code=code@v0.1.0", "proven")]


def test_a_tag_that_states_another_digest_is_forged(two_releases: Project) -> None:
    text = two_releases.git("cat-file", "tag", "model@v0.1.0").split("\n\n", 1)[1]
    other = verified(two_releases)["releases"][1]
    assert other["status"] == "ok"
    digest = next(line for line in text.splitlines() if line.startswith("Model-Digest"))
    forged = text.replace(digest, f"Model-Digest: sha256:{'0' * 64}")
    commit = two_releases.git("rev-parse", "model@v0.1.0^{}")
    two_releases.git("tag", "-d", "model@v0.1.0")
    two_releases.git("tag", "-a", "--cleanup=verbatim", "-m", forged, "model@v0.1.0", commit)
    found = verified(two_releases, "v0.1.0", code=14)
    assert statuses(found) == {"model@v0.1.0": "forged"}
    assert "is not what was released" in " ".join(told(found))


def test_a_tag_of_plain_gto_has_no_digest_to_compare(project: Project) -> None:
    project.git("tag", "-a", "-m", "By hand", "model@v1.0.0")
    project.git("tag", "-a", "-m", "By hand", "other@v1.0.0")
    found = verified(project, "model@v1.0.0")["releases"][0]
    assert (found["status"], found["digest"], found["objects"]) == ("ok", "not recorded", 3)
    found = verified(project)
    assert statuses(found) == {"model@v1.0.0": "ok", "other@v1.0.0": "ok"}
    assert [row["note"].partition(":")[0] for row in found["releases"]] == [
        "", "other@v1.0.0 is a name alone",
    ]  # fmt: skip
    found = verified(project, "other@v1.0.0", code=1)
    assert statuses(found) == {"other@v1.0.0": "refused"}
    assert told(found) == ["other@v1.0.0 has no model 'other'"]
