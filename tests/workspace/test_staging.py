import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlvc.errors import MlvcError
from mlvc.workspace import staging as staging_module
from mlvc.workspace.mounts import mount_of, mount_points
from mlvc.workspace.removal import remove_tree
from mlvc.workspace.staging import Staging, discard
from tests.workspace.disk import linked, plant, snapshot


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def staging(tmp_path: Path) -> Staging:
    return Staging(tmp_path, tmp_path / ".dvc/tmp/mlvc/feed")


def elsewhere(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """As if every folder but `home` were a mount of its own."""
    monkeypatch.setattr(staging_module, "mount_of", lambda folder, _: (1, str(folder == home)))


def test_every_slot_is_fresh_and_on_the_same_filesystem(staging: Staging, tmp_path: Path) -> None:
    first = staging.slot(tmp_path / "absent/a")
    (staging.home / "2").write_bytes(b"there already")
    second = staging.slot(tmp_path / "absent/a")
    assert len({first, second, staging.home / "2"}) == 3
    assert first.parent == second.parent == staging.home


def test_a_slot_for_another_mount_is_beside_the_live_path(
    staging: Staging, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere(monkeypatch, staging.home)
    (tmp_path / "data").mkdir()
    assert staging.slot(tmp_path / "data/new/deep/x") == tmp_path / "data/.mlvc-feed-1"


def test_what_a_killed_process_staged_elsewhere_can_be_discarded(
    staging: Staging, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(tmp_path, {"data/user": b"stays"})
    before = snapshot(tmp_path / "data")
    elsewhere(monkeypatch, staging.home)
    staging.write(tmp_path / "data/x", b"staged")
    staging.write(tmp_path / "data/y", b"staged")
    discard(staging.home)  # as a new process does, which knows no more than the home
    assert snapshot(tmp_path / "data") == before
    assert not staging.home.exists()
    discard(staging.home)


def test_a_planted_note_removes_nothing_of_the_users(staging: Staging, tmp_path: Path) -> None:
    plant(tmp_path, {"precious": b"", ".mlvc-other-1": b"", ".mlvc-feed-x": b""})
    up = b"../../../../"
    # Only what is the test's own: were the defence gone, this would be removed.
    absolute = os.fsencode(tmp_path / "precious")
    notes = (up + b"precious", up + b".mlvc-other-1", up + b".mlvc-feed-x", absolute, b"")
    (staging.home / "outside").write_bytes(b"\0".join(notes))
    discard(staging.home)
    assert {"precious", ".mlvc-other-1", ".mlvc-feed-x"} <= snapshot(tmp_path).keys()


def test_a_file_has_its_bytes_and_mode(staging: Staging, tmp_path: Path) -> None:
    plain = staging.write(tmp_path / "a", b"\0\xff")
    script = staging.write(tmp_path / "b", b"#!", executable=True)
    link = staging.write(tmp_path / "c", b"to \xff", symlink=True)
    assert plain.read_bytes() == b"\0\xff"
    assert stat.S_IMODE(plain.stat().st_mode) == 0o644
    assert stat.S_IMODE(script.stat().st_mode) == 0o755
    assert os.fsencode(link.readlink()) == b"to \xff"


def test_a_folder_has_its_manifest_and_nothing_else(staging: Staging, tmp_path: Path) -> None:
    plant(tmp_path / "cache", {"one": b"1", "two": b"2", "none": b""})
    entries = {
        "a": tmp_path / "cache/one",
        "deep/er/b": tmp_path / "cache/two",
        "deep/empty": tmp_path / "cache/none",
    }
    tree = linked(staging.slot(tmp_path / "live"), entries, ["hardlink", "copy"])
    assert {k: v[1] for k, v in snapshot(tree).items() if v[1]} == {"a": b"1", "deep/er/b": b"2"}
    assert (tree / "a").samefile(tmp_path / "cache/one")
    assert (tree / "deep/empty").stat().st_nlink == 1


def test_discarding_leaves_what_links_point_to_and_the_mode_of_objects(
    staging: Staging, tmp_path: Path
) -> None:
    plant(tmp_path, {"outside/user": b"stays", "object": b"content"})
    (tmp_path / "object").chmod(0o444)
    tree = linked(staging.slot(tmp_path / "x"), {"sub/f": tmp_path / "object"}, ["hardlink"])
    (tree / "to-folder").symlink_to(tmp_path / "outside")
    (tree / "to-file").symlink_to(tmp_path / "object")
    discard(staging.home)
    assert (tmp_path / "outside/user").read_bytes() == b"stays"
    assert stat.S_IMODE((tmp_path / "object").stat().st_mode) == 0o444
    assert not staging.home.exists()


REMOVE = """
import os, sys
from pathlib import Path
from mlvc.workspace.removal import remove_tree
if os.getuid() == 0:
    os.setuid(65534)  # root may remove anything
remove_tree(Path(sys.argv[1]))
"""


def test_folders_without_write_permission_are_removed_too() -> None:
    with tempfile.TemporaryDirectory() as folder:  # others may not go into tmp_path
        tree = Path(folder, "tree")
        plant(tree, {"locked/deep/file": b"", "locked/file": b"", "open": b""})
        for locked in (tree / "locked/deep", tree / "locked", tree):
            locked.chmod(0o500)
        if os.getuid() == 0:
            for path in (Path(folder), tree, *tree.rglob("*")):
                os.chown(path, 65534, -1)
        subprocess.run([sys.executable, "-c", REMOVE, str(tree)], check=True)
        assert not tree.exists()
        remove_tree(tree)


def test_an_id_is_a_plain_word(tmp_path: Path) -> None:
    for name in (".git", "a b", "a.b"):
        with pytest.raises(MlvcError):
            Staging(tmp_path, tmp_path / name)


IN_NAMESPACE = """
import subprocess, sys
from pathlib import Path
from mlvc.errors import MlvcError
from mlvc.workspace.staging import Staging
from mlvc.workspace.transaction import Change, plan_swaps
root = Path(sys.argv[1])
subprocess.run(["mount", "--bind", root / "source", root / "a volume"], check=True)
staging = Staging(root, root / "home")
print(staging.slot(root / "a volume/model").relative_to(root))
staged = staging.write(root / "x", b"")
for live in ("a volume", "."):
    try:
        plan_swaps([Change(root / live, staged)], staging)
    except MlvcError as error:
        print(error.message)
"""


def test_a_bind_mount_is_seen_though_the_device_is_the_same(tmp_path: Path) -> None:
    for name in ("source", "a volume"):
        (tmp_path / name).mkdir()
    command = ["unshare", "--map-root-user", "--mount", sys.executable, "-c", IN_NAMESPACE]
    done = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True, check=False)
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip("no mount namespaces here")
    assert done.returncode == 0, done.stderr
    slot, volume, above = done.stdout.splitlines()
    assert slot == "a volume/.mlvc-home-1"
    assert "mount point" in volume
    assert "mount point" in above


def test_two_folders_of_one_mount_have_it_in_common(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    points = mount_points()
    assert mount_of(tmp_path, points) == mount_of(tmp_path / "a", points)
    assert mount_of(Path("/proc"), points) != mount_of(tmp_path, points)
