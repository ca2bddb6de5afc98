"""What DVC is told it believes, and takes for changed as soon as it is; it is told nothing else."""

import os
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from dvc_data.hashfile.hash_info import HashInfo
from dvc_data.hashfile.state import State
from dvc_objects.fs.local import localfs

from mlvc.artifacts.state import Known, tell

DIGEST = "md5:0123456789abcdef0123456789abcdef"
OTHER = "md5-dos2unix:ffffffffffffffffffffffffffffffff"


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    """A state as DVC opens it, empty."""
    opened = State(str(tmp_path), str(tmp_path / "state"))
    yield opened
    opened.close()  # type: ignore[no-untyped-call]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / 'ä file\'s "name"'
    file.write_bytes(b"content")
    return file


def database(state: State) -> Path:
    return Path(state.hashes.directory) / "cache.db"


def known(path: Path, digest: str = DIGEST) -> Known:
    status = path.stat()
    return Known(str(path), digest, status.st_ino, status.st_size, status.st_mtime_ns)


def believed(state: State, path: Path) -> str | None:
    _, found = state.get(str(path), localfs)
    return f"{found.name}:{found.value}" if found else None


def checked(state: State) -> list[str]:
    return [str(warning.message) for warning in state.hashes.check()]


@pytest.mark.parametrize("digest", [DIGEST, OTHER])
def test_what_is_told_is_believed(state: State, file: Path, digest: str) -> None:
    assert tell(database(state), [known(file, digest)])
    assert believed(state, file) == digest


def test_the_time_is_that_of_dvc_to_the_last_bit(state: State, file: Path) -> None:
    chance = random.Random(1)
    times = [chance.randrange(-(10**18), 2 * 10**18) for _ in range(300)]
    for time in [*times, 0, 1, 10**9, 10**9 - 1, -1]:
        os.utime(file, ns=(time, time))
        assert tell(database(state), [known(file)])
        assert believed(state, file) == DIGEST


def test_a_link_counts_as_its_target(state: State, file: Path, tmp_path: Path) -> None:
    hard, soft = tmp_path / "hard", tmp_path / "soft"
    hard.hardlink_to(file)
    soft.symlink_to(file)
    assert tell(database(state), [known(hard), known(soft)])
    assert believed(state, hard) == believed(state, soft) == DIGEST


@pytest.mark.parametrize("change", ["time", "size", "another"])
def test_a_file_that_changed_since_is_not_believed(
    state: State, file: Path, tmp_path: Path, change: str
) -> None:
    times = file.stat()
    assert tell(database(state), [known(file)])
    if change == "time":
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns + 1000))
    elif change == "size":
        file.write_bytes(b"more content")
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    else:
        (tmp_path / "another").write_bytes(b"content")
        os.utime(tmp_path / "another", ns=(times.st_atime_ns, times.st_mtime_ns))
        (tmp_path / "another").replace(file)
    assert believed(state, file) is None


def test_the_counters_of_diskcache_stay_right(state: State, file: Path) -> None:
    others = [known(file)._replace(path=f"/nowhere/{n}") for n in range(3000)]
    assert tell(database(state), others)
    assert tell(database(state), [known(file), *others[:10]])
    state.save(str(file), localfs, HashInfo("md5", DIGEST))
    assert tell(database(state), [known(file, OTHER), *(o._replace(size=1) for o in others)])
    assert believed(state, file) == OTHER
    assert len(state.hashes) == 3001
    assert checked(state) == []


def test_what_dvc_noted_of_other_files_stays(state: State, file: Path) -> None:
    assert tell(database(state), [known(file)])
    assert tell(database(state), [known(file)._replace(path="/nowhere")])
    assert believed(state, file) == DIGEST


def test_a_row_that_is_right_is_not_written_again(state: State, file: Path) -> None:
    assert tell(database(state), [known(file)])
    log = database(state).with_name("cache.db-wal")
    before = log.stat()
    assert tell(database(state), [known(file)])
    assert (log.stat().st_size, log.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def test_no_database_is_made(tmp_path: Path, file: Path) -> None:
    assert not tell(tmp_path / "no" / "cache.db", [known(file)])
    assert not tell(tmp_path / "cache.db", [known(file)])
    assert not (tmp_path / "no").exists() and not (tmp_path / "cache.db").exists()


def test_while_another_writes_nothing_is_told(state: State, file: Path) -> None:
    with state.hashes.transact():
        assert not tell(database(state), [known(file)])
    assert believed(state, file) is None
    assert tell(database(state), [known(file)])


FOREIGN = {
    "column": "ALTER TABLE Cache ADD COLUMN more",
    "no-counter": "DROP TRIGGER Settings_count_insert",
    "counter": "CREATE TRIGGER more AFTER INSERT ON Cache BEGIN DELETE FROM Settings; END",
    "table": "CREATE TABLE more (x)",
    "no-index": "DROP INDEX Cache_key_raw",
    "no-settings": "DELETE FROM Settings WHERE key = 'size'",
    "no-table": "DROP TABLE Cache",
}


@pytest.mark.parametrize("change", FOREIGN.values(), ids=FOREIGN.keys())
def test_a_database_that_is_not_as_known_is_left_alone(
    state: State, file: Path, change: str
) -> None:
    with closing(sqlite3.connect(database(state))) as connection:
        connection.execute(change)
        connection.commit()
        before = list(connection.iterdump())
        assert not tell(database(state), [known(file)])
        assert list(connection.iterdump()) == before


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_what_is_no_database_is_left_alone(tmp_path: Path, file: Path, content: bytes) -> None:
    path = tmp_path / "cache.db"
    path.write_bytes(content)
    assert not tell(path, [known(file)])
    assert path.read_bytes() == content


def test_a_damaged_database_does_no_harm(state: State, file: Path, tmp_path: Path) -> None:
    assert tell(database(state), [known(file)._replace(path=f"/{n}") for n in range(3000)])
    state.hashes.close()
    copy = tmp_path / "copy.db"
    shutil.copyfile(database(state), copy)
    with copy.open("r+b") as opened:
        opened.seek(4096 * 10)
        opened.write(bytes(copy.stat().st_size - 4096 * 10))
    before = copy.read_bytes()
    assert not tell(copy, [known(file)._replace(path=f"/{n}/new") for n in range(3000)])
    assert copy.read_bytes() == before


def test_a_name_that_is_no_text_leaves_all_untold(state: State, file: Path) -> None:
    strange = known(file)._replace(path="/\udcff")
    assert not tell(database(state), [known(file), strange])
    assert believed(state, file) is None


def test_a_failure_midway_leaves_all_untold(state: State, file: Path) -> None:
    def failing() -> Iterator[Known]:
        yield known(file)
        raise KeyError(file)

    with pytest.raises(KeyError):
        tell(database(state), failing())
    assert believed(state, file) is None
    assert tell(database(state), [known(file)])
