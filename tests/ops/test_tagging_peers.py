"""What GTO and DVC read in a repository that mlvc wrote is what `mlvc list` says."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.project import UNMEASURED, Project, run, run_module
from tests.releases import answer, current, names, release, retrain, withdrawn


def gto(project: Project, *args: str) -> Any:
    done = run_module("gto.cli", *args, "--json", cwd=project.path, env=UNMEASURED)
    return json.loads(done.stdout)


def assert_gto_agrees(project: Project, model: str = "model") -> None:
    """The same versions on the same commits, the newest tag first in both."""
    ours = [row for row in answer(project, "list")["releases"] if row["model"] == model]
    by_tag = sorted(ours, key=lambda row: -row["tagged_at"])
    wanted = [(f"v{row['version']}", row["commit"]) for row in by_tag]
    assert wanted
    address = model.replace("=", ":")
    shown = gto(project, "show", address)
    assert {(one["version"], one["commit_hexsha"]) for one in shown} == set(wanted)
    told = [(e["version"], e["commit"]) for e in gto(project, "history", address)]
    assert told == wanted


def assert_dvc_agrees(project: Project, tmp_path: Path, model: str = "model") -> None:
    """`dvc artifacts get` of each version has the bytes that its `Model-Digest` states."""
    for row in answer(project, "list")["releases"]:
        if row["model"] != model:
            continue
        out = tmp_path / f"got-{row['version']}"
        address, version = model.replace("=", ":"), f"v{row['version']}"
        project.dvc("artifacts", "get", ".", address, "--rev", version, "-o", str(out))
        digest = run("sha256sum", out, cwd=tmp_path).stdout.split()[0]
        assert row["digest"] == f"sha256:{digest}"
        out.unlink()


def test_gto_and_dvc_agree_before_and_after_a_rollback(
    two_releases: Project, tmp_path: Path
) -> None:
    project = two_releases
    assert_gto_agrees(project)
    assert project.mlvc("rollback", "--yes").code == 0
    assert current(project) == ["model@v0.1.0"]
    assert withdrawn(project) == ["model@v0.2.0"]
    assert_gto_agrees(project)
    assert_dvc_agrees(project, tmp_path)


def test_a_release_after_a_rollback_follows_the_highest_and_compares_with_the_current(
    two_releases: Project,
) -> None:
    project = two_releases
    assert project.mlvc("rollback", "--yes").code == 0
    retrain(project, "bias: 0.5", "bias: 0.6")
    made = release(project)
    assert made["name"] == "model@v0.3.0"
    assert made["previous"] == "model@v0.1.0"
    # The weight is that of v0.1.0 again; compared with v0.2.0 it would differ as well.
    assert made["reasons"] == ["minor: parameters changed (train.bias)"]
    assert current(project) == ["model@v0.3.0"]
    assert_gto_agrees(project)


def test_two_releases_within_a_second_stay_in_order_for_gto(project: Project) -> None:
    # Of two commits that are there already, so that only the tags take time.
    first = project.git("rev-parse", "HEAD")
    second = retrain(project, "weight: 1.0", "weight: 3.0")
    one, two = (_released_at(project, commit) for commit in (first, second))
    assert two["tagged_at"] > one["tagged_at"]
    assert_gto_agrees(project)


def _released_at(project: Project, commit: str) -> Any:
    project.git("checkout", "--quiet", commit)
    project.dvc("checkout", "--quiet")
    return release(project)


def test_a_final_release_of_the_candidates_artifact_is_on_a_commit_of_its_own(
    project: Project, tmp_path: Path
) -> None:
    candidate = release(project, "--pre", "rc")
    assert candidate["name"] == "model@v0.1.0-rc.1"
    head = project.git("rev-parse", "HEAD")
    refused = project.mlvc("tag")
    assert refused.code == 1 and "--allow-same" in refused.err
    final = release(project, "--allow-same")
    assert final["name"] == "model@v0.1.0"
    assert final["reasons"] == ["patch: nothing changed"]
    assert final["commit"] == project.git("rev-parse", "main") != head
    assert project.git("diff", head, "main") == ""
    assert project.git("status", "--porcelain") == ""
    assert names(project) == ["model@v0.1.0-rc.1", "model@v0.1.0"]
    assert current(project) == ["model@v0.1.0"]
    assert_gto_agrees(project)
    assert_dvc_agrees(project, tmp_path)


SUB = """\
artifacts:
  model:
    path: weights.bin
    type: model
"""


def test_a_model_in_a_subfolder_is_tagged_as_gto_names_it(project: Project, tmp_path: Path) -> None:
    project.write("sub/dvc.yaml", SUB)
    project.write("sub/weights.bin", "the weights\n")
    project.dvc("add", "--quiet", "sub/weights.bin")
    project.commit("A model in a subfolder")
    made = release(project, "sub:model")
    assert made["tag"] == "sub=model@v0.1.0"
    assert made["path"] == "sub/weights.bin"
    assert_gto_agrees(project, "sub=model")
    assert_dvc_agrees(project, tmp_path, "sub=model")
    assert answer(project, "which", str(project.path / "sub/weights.bin"))["releases"] == [
        "sub=model@v0.1.0"
    ]


@pytest.fixture
def signing(tmp_path: Path) -> list[str]:
    """`git config` arguments for a fresh SSH key, which is trusted."""
    key = tmp_path / "key"
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key, cwd=tmp_path)
    allowed = tmp_path / "allowed"
    allowed.write_text(f"ada@example.com {key.with_suffix('.pub').read_text()}")
    return [f"gpg.format=ssh user.signingkey={key}.pub gpg.ssh.allowedSignersFile={allowed}"]


def sign_with(project: Project, signing: list[str]) -> None:
    for pair in signing[0].split():
        project.git("config", *pair.split("=", 1))


def test_signed_releases_are_read_by_all_and_verified_by_git(
    two_releases: Project, signing: list[str], tmp_path: Path
) -> None:
    project = two_releases
    sign_with(project, signing)
    retrain(project, "bias: 0.5", "bias: 0.9")
    made = release(project, "--sign", "-m", "Signed")
    assert made["signed"] is True
    checked = run("git", "tag", "--verify", made["tag"], cwd=project.path)
    assert 'Good "git" signature for ada@example.com' in checked.stderr + checked.stdout
    shown = answer(project, "show")
    assert shown["name"] == "model@v0.3.0" and shown["signed"] is True
    assert shown["verdict"] == "NONE" and shown["digest"] == made["digest"]
    assert_gto_agrees(project)
    assert_dvc_agrees(project, tmp_path)
    assert project.mlvc("rollback", "--yes").code == 0
    assert current(project) == ["model@v0.2.0"]
    assert_gto_agrees(project)


def test_a_repository_that_signs_all_tags_signs_releases(
    project: Project, signing: list[str]
) -> None:
    sign_with(project, signing)
    project.git("config", "tag.gpgSign", "true")
    assert release(project, "--dry-run")["signed"] is True
    assert release(project)["signed"] is True
    assert answer(project, "show")["signed"] is True


@pytest.mark.parametrize("same", [False, True], ids=["plain", "with an empty commit"])
def test_a_failed_signature_leaves_nothing_behind(project: Project, same: bool) -> None:
    if same:
        release(project, "--pre", "rc")
    refs, head = project.git("for-each-ref"), project.git("rev-parse", "HEAD")
    project.git("config", "gpg.format", "ssh")
    project.git("config", "user.signingkey", "/nowhere/key.pub")
    done = project.mlvc("tag", "--sign", *(["--allow-same"] if same else []))
    assert done.code == 1
    assert "could not sign model@v0.1.0" in done.err and "user.signingKey" in done.err
    assert project.git("for-each-ref") == refs
    assert project.git("rev-parse", "HEAD") == head
    assert project.git("status", "--porcelain") == ""


def test_releases_that_plain_gto_made_are_releases(project: Project) -> None:
    run_module("gto.cli", "register", "model", "--version", "v1.0.0", cwd=project.path)
    assert current(project) == ["model@v1.0.0"]
    assert answer(project, "which")["releases"] == ["model@v1.0.0"]
    found = answer(project, "which", str(project.path / "model.bin"))
    assert found["releases"] == ["model@v1.0.0"]
    retrain(project, "weight: 1.0", "weight: 2.0")
    run_module("gto.cli", "register", "model", "--version", "v1.1.0", cwd=project.path)
    assert current(project) == ["model@v1.1.0"]
    assert project.mlvc("rollback", "--yes").code == 0
    assert current(project) == ["model@v1.0.0"]
    assert withdrawn(project) == ["model@v1.1.0"]
    retrain(project, "bias: 0.5", "bias: 0.6")
    made = release(project)
    assert (made["name"], made["previous"]) == ("model@v1.2.0", "model@v1.0.0")
    assert_gto_agrees(project)
