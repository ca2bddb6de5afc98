"""Objects that are missing, corrupt or hostile: refused before anything is touched."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ops.rollback.states import assert_whole, md5, refused, rolled_back
from tests.project import Project


def object_of(project: Project, release: str, path: str) -> Path:
    """The cached object of a path of a release, by what `dvc.lock` says."""
    lines = project.git("show", f"refs/tags/{release}:dvc.lock").splitlines()
    at = lines.index(f"    - path: {path}")
    name = next(line.split()[1] for line in lines[at:] if "md5: " in line)
    return cache(project) / name[:2] / name[2:]


def cache(project: Project) -> Path:
    return project.path / ".dvc/cache/files/md5"


def entry_of(project: Project, release: str, folder: str, name: str) -> Path:
    rows = json.loads(object_of(project, release, folder).read_bytes())
    digest: str = next(row["md5"] for row in rows if row["relpath"] == name)
    return cache(project) / digest[:2] / digest[2:]


def remove(path: Path) -> None:
    path.unlink()


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)
    path.chmod(0o444)


def truncate(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-10])


def with_remote(project: Project) -> Path:
    """A remote that has all there is."""
    remote = project.path.parent / "remote"
    shutil.copytree(cache(project), remote / "files/md5")
    project.dvc("remote", "add", "--local", "--default", "store", str(remote))
    return remote


def assert_refused(project: Project, release: str, code: int, *words: str) -> None:
    refused(project, release, code=code, says=(*words, "Nothing was touched."))


@pytest.mark.parametrize("remote", [False, True], ids=["no remote", "remote"])
def test_a_missing_object_is_refused_where_dvc_checkout_destroys_the_model(
    released: Project, remote: bool
) -> None:
    there = with_remote(released) if remote else None
    lost = object_of(released, "model@v0.1.0", "model.bin")
    lost.unlink()
    if there:
        (there / lost.relative_to(released.path / ".dvc/cache")).unlink()
    name = lost.parent.name + lost.name
    assert_refused(released, "v0.1.0", 13, name, "model.bin")

    released.git("checkout", "model@v0.1.0", "--", ".")
    released.dvc("checkout", check=False)
    assert not (released.path / "model.bin").exists()


def test_a_corrupt_object_is_refused_where_dvc_checkout_restores_it(released: Project) -> None:
    bad = object_of(released, "model@v0.1.0", "model.bin")
    newest = md5(released.path / "model.bin")
    flip(bad)
    assert_refused(released, "v0.1.0", 14, bad.parent.name + bad.name, "model.bin")

    released.git("checkout", "model@v0.1.0", "--", ".")
    released.dvc("checkout")
    restored = md5(released.path / "model.bin")
    assert restored not in (newest, bad.parent.name + bad.name)


@pytest.mark.parametrize(
    ("which", "harm", "code"),
    [
        ("weights", remove, 13),
        ("weights", flip, 14),
        ("", remove, 13),
        ("", flip, 14),
        ("", truncate, 14),
    ],
)
def test_a_harmed_folder_is_refused(
    foldered: Project, which: str, harm: Callable[[Path], None], code: int
) -> None:
    release = "model@v0.1.0"
    path = (
        entry_of(foldered, release, "model", which)
        if which
        else object_of(foldered, release, "model")
    )
    harm(path)
    assert_refused(foldered, "v0.1.0", code, path.parent.name + path.name, "model")


def test_missing_objects_are_fetched_from_the_remote(foldered: Project) -> None:
    with_remote(foldered)
    entry_of(foldered, "model@v0.1.0", "model", "deep/first").unlink()
    object_of(foldered, "model@v0.1.0", "model").unlink()
    rolled_back(foldered, "v0.1.0")
    assert foldered.read("model/deep/first") == "only in first"
    assert_whole(foldered)


def test_what_a_remote_corrupted_never_reaches_the_model(released: Project) -> None:
    remote = with_remote(released)
    lost = object_of(released, "model@v0.1.0", "model.bin")
    there = remote / lost.relative_to(released.path / ".dvc/cache")
    flip(there)
    lost.unlink()
    assert_refused(released, "v0.1.0", 14, lost.parent.name + lost.name, "model.bin", "store")
    assert there.exists()  # who looks into it deletes nothing


def test_what_a_remote_corrupted_in_a_folder_never_reaches_the_model(foldered: Project) -> None:
    remote = with_remote(foldered)
    lost = entry_of(foldered, "model@v0.1.0", "model", "deep/first")
    flip(remote / lost.relative_to(foldered.path / ".dvc/cache"))
    lost.unlink()
    assert_refused(foldered, "v0.1.0", 14, lost.parent.name + lost.name, "model", "store")


def test_a_corrupt_manifest_of_the_current_model_only_costs_a_force(foldered: Project) -> None:
    truncate(object_of(foldered, "model@v0.2.0", "model"))
    refused(foldered, "v0.1.0", code=12, says=("model", "--force"))
    done = rolled_back(foldered, "v0.1.0", "--force")
    assert "saved what was in the way" in done.out
    assert foldered.read("model/weights") == "first"
    assert_whole(foldered)


def test_a_remote_that_is_gone_is_named(released: Project) -> None:
    remote = with_remote(released)
    remote.rename(remote.with_name("elsewhere"))
    lost = object_of(released, "model@v0.1.0", "model.bin")
    lost.unlink()
    assert_refused(released, "v0.1.0", 13, lost.parent.name + lost.name)


def poison(project: Project, rows: object) -> None:
    """Commit a `dvc.lock` whose model is a manifest of these rows, then the old one again.

    A text is the manifest as it is.
    """
    data = (rows if isinstance(rows, str) else json.dumps(rows)).encode()
    digest = hashlib.md5(data, usedforsecurity=False).hexdigest() + ".dir"
    path = cache(project) / digest[:2] / digest[2:]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    true = object_of(project, "model@v0.2.0", "model")
    lock = project.read("dvc.lock")
    project.write("dvc.lock", lock.replace(true.parent.name + true.name, digest))
    project.commit("Poison")
    project.write("dvc.lock", lock)
    project.write("train.py", project.read("train.py") + "\n")
    project.commit("As it was")


@pytest.mark.parametrize("where", ["../escaped", "absolute", ".git/hooks/post-commit", "a/../../e"])
def test_a_manifest_that_leads_elsewhere_is_refused(foldered: Project, where: str) -> None:
    outside = foldered.path.parent / "escaped"
    there = str(outside) if where == "absolute" else where
    source = entry_of(foldered, "model@v0.1.0", "model", "weights")
    row = {"md5": source.parent.name + source.name, "relpath": there}
    poison(foldered, [row])
    assert_refused(foldered, "HEAD~1", 14, "manifest of model")
    assert not outside.exists()
    assert not (foldered.path / "escaped").exists()


@pytest.mark.parametrize(
    "rows",
    [
        {},
        [1],
        [{"relpath": "x"}],
        [{"relpath": 1, "md5": "d41d8cd98f00b204e9800998ecf8427e"}],
        [{"relpath": "x", "md5": "../../../../dvc.yaml"}],
        [{"relpath": "x", "md5": None}],
        "[" * 200_000,
    ],
)
def test_a_manifest_that_is_none_is_refused(foldered: Project, rows: object) -> None:
    poison(foldered, rows)
    assert_refused(foldered, "HEAD~1", 14, "model")


def test_a_manifest_with_a_name_that_no_file_can_have_is_refused(foldered: Project) -> None:
    poison(foldered, [{"relpath": "x/\ud800", "md5": "d41d8cd98f00b204e9800998ecf8427e"}])
    assert_refused(foldered, "HEAD~1", 14, "manifest of model", "no file can have that name")


def test_an_output_behind_a_symlink_is_refused(empty: Project) -> None:
    empty.write("dvc.yaml", FOLDER_BEHIND)
    for text in ("one", "two"):
        empty.write("text.txt", text)
        empty.dvc("repro", "--quiet")
        empty.commit(text)
    outside = empty.path.parent / "outside"
    (empty.path / "out").rename(outside)
    (empty.path / "out").symlink_to(outside)
    (empty.path / ".git/info/exclude").write_text("out\n")
    empty.git("update-index", "--assume-unchanged", "out/.gitignore")
    refused(empty, "HEAD~1", code=1, says=("out/model", "symlink"))
    assert (outside / "model").read_text() == "two"


FOLDER_BEHIND = """\
stages:
  train:
    cmd: mkdir -p out && cp text.txt out/model
    deps: [text.txt]
    outs: [out/model]
artifacts:
  model:
    path: out/model
"""


def test_a_release_whose_bytes_are_not_those_of_its_tag_is_refused(released: Project) -> None:
    tag = released.git("cat-file", "-p", "refs/tags/model@v0.1.0").split("\n\n", 1)[1]
    told = next(line for line in tag.splitlines() if line.startswith("Model-Digest: "))
    forged = tag.replace(told, f"Model-Digest: sha256:{'0' * 64}")
    commit = released.git("rev-parse", "model@v0.1.0^{commit}")
    released.git("tag", "-f", "-a", "--cleanup=verbatim", "-m", forged, "model@v0.1.0", commit)
    assert_refused(released, "v0.1.0", 14, "model.bin", "model@v0.1.0")
