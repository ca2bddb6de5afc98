import errno
import os
import subprocess
from pathlib import Path

import pytest

from tests.crash import forked, permitted
from tests.crash.disk import Disk
from tests.crash.scans import lay_out, scan
from tests.crash.tracer import GO, KILL, Call, Tracer

pytestmark = pytest.mark.skipif(bool(permitted.why_not()), reason=permitted.why_not())


def traced(root: Path, code: str, answer: dict[str, int] | None = None) -> tuple[int, list[str]]:
    seen: list[str] = []

    def visit(call: Call) -> int:
        seen.append(str(call))
        return (answer or {}).get(str(call), GO)

    def act() -> int:
        os.chdir(root)
        return subprocess.run(["sh", "-c", code], check=False).returncode

    return Tracer(root, visit).run(forked.silent(act)), seen


def test_it_sees_the_changes_of_grandchildren_in_order(tmp_path: Path) -> None:
    code, seen = traced(tmp_path, "(echo 1 > a; mv a b) && mkdir c && rm b")
    assert code == 0
    named = [line for line in seen if "write" in line or "openat" in line or "mkdir" in line]
    assert named[:3] == ["openat a", "write a", "mkdir c"]
    assert any(line.startswith("rename") and line.endswith("a b") for line in seen)


def test_what_is_elsewhere_is_not_seen(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    assert traced(inside, "echo 1 > ../a; echo 2 | cat > /dev/null")[1] == []


def test_a_call_can_be_failed(tmp_path: Path) -> None:
    code, _ = traced(tmp_path, "mkdir a || mkdir b", {"mkdir a": errno.ENOSPC})
    assert code == 0
    assert sorted(scan(tmp_path)) == ["b"]


def test_a_kill_ends_the_whole_tree_before_the_call(tmp_path: Path) -> None:
    code, seen = traced(tmp_path, "mkdir a; (mkdir b; mkdir c); mkdir d", {"mkdir b": KILL})
    assert code == -9
    assert seen == ["mkdir a", "mkdir b"]
    assert sorted(scan(tmp_path)) == ["a"]


def test_a_copy_has_the_same_hard_links_times_and_names_of_its_own_place(tmp_path: Path) -> None:
    first, second = tmp_path / "first1", tmp_path / "second"
    first.mkdir()
    (first / "a").write_text(f"see {first}/a")
    os.link(first / "a", first / "b")
    os.symlink(first / "a", first / "c")
    lay_out(scan(first), second, first)
    assert (second / "a").read_text() == f"see {second}/a"
    assert (second / "a").samefile(second / "b")
    assert (second / "c").readlink() == second / "a"
    assert (second / "a").stat().st_mtime_ns == (first / "a").stat().st_mtime_ns


def test_a_power_cut_takes_names_and_bytes_that_were_not_synced(tmp_path: Path) -> None:
    disk = Disk()
    (tmp_path / "a").write_text("old")
    disk.saw(scan(tmp_path))
    disk.sync_all(scan(tmp_path))
    (tmp_path / "b").write_text("new")
    (tmp_path / "a").write_text("newer")
    found = scan(tmp_path)
    disk.saw(found)
    assert {n: e.data for n, e in disk.after_power_cut().items()} == {"a": b"old"}
    assert {n: e.data for n, e in disk.with_names(found).items()} == {"a": b"old", "b": b""}
    disk.sync(found, "b")
    disk.sync(found, "")
    assert {n: e.data for n, e in disk.after_power_cut().items()} == {"a": b"old", "b": b"new"}
