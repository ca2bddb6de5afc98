import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlvc.errors import Exit, MlvcError
from mlvc.workspace import journal as journals
from mlvc.workspace.identity import Identity
from mlvc.workspace.journal import Journal, Swap
from tests.workspace.disk import Counted, count

ROOT = Path("/nowhere/project")
# Names as Linux has them: any bytes but "/" and NUL.
NAMES = st.binary(min_size=1, max_size=8).map(
    lambda b: "n" + os.fsdecode(b.replace(b"/", b"_").replace(b"\0", b"_"))
)
NUMBERS = st.integers(0, 2**64 - 1)
IDENTITIES = st.builds(Identity, NUMBERS, st.just(stat.S_IFREG), NUMBERS, NUMBERS)


def full(names: list[str]) -> str:
    return "/".join([str(ROOT), *names])


PATHS = st.lists(NAMES, min_size=1, max_size=3).map(full)
SWAPS = st.builds(
    Swap,
    live=PATHS,
    slot=PATHS,
    kind=st.sampled_from(["exchange", "install", "remove"]),
    old=st.none() | IDENTITIES,
    new=st.none() | IDENTITIES,
    made=st.lists(PATHS, max_size=2).map(tuple),
)
JOURNALS = st.builds(
    Journal,
    id=st.just("feed"),
    note=st.dictionaries(st.text(), st.text(), max_size=2),
    swaps=st.lists(SWAPS, max_size=3).map(tuple),
    homes=st.lists(PATHS, max_size=1).map(tuple),
)
SAMPLE = Journal(
    "feed", {"to": "v1"}, (Swap(full(["a"]), full([".dvc", "1"]), "install", None, None),)
)


@given(journal=JOURNALS)
def test_what_is_read_is_what_was_written(
    journal: Journal, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "journal.json"
    journals.write(path, journal, ROOT)
    assert journals.read(path, ROOT) == journal
    journals.clear(path)


def test_the_project_may_have_moved_since(tmp_path: Path) -> None:
    journals.write(tmp_path / "j", SAMPLE, ROOT)
    moved = journals.read(tmp_path / "j", Path("/elsewhere"))
    assert moved
    assert moved.swaps[0].live == "/elsewhere/a"
    assert moved.swaps[0].slot == "/elsewhere/.dvc/1"


def test_without_a_journal_there_is_none_and_clearing_is_fine(tmp_path: Path) -> None:
    assert journals.read(tmp_path / "j", ROOT) is None
    journals.clear(tmp_path / "j")


def test_a_cleared_journal_is_gone(tmp_path: Path) -> None:
    journals.write(tmp_path / "j", SAMPLE, ROOT)
    journals.clear(tmp_path / "j")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_journal_before_it(tmp_path: Path) -> None:
    def fail() -> None:
        raise OSError(28, "injected")

    path = tmp_path / "j"
    calls = count(lambda: journals.write(path, SAMPLE, ROOT))
    later = Journal("feed", {"to": "v2"})
    for at in range(1, calls):  # the first makes the folder, which is there
        journals.write(path, SAMPLE, ROOT)
        with pytest.raises(OSError, match="injected"), Counted(at, fail):
            journals.write(path, later, ROOT)
        assert journals.read(path, ROOT) in (SAMPLE, later)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '"x"', "\xff", '{"schema": 1}', "null"])
def test_a_damaged_journal_is_named_with_what_to_do(tmp_path: Path, content: str) -> None:
    (tmp_path / "j").write_bytes(content.encode("latin-1"))
    with pytest.raises(MlvcError, match=r"/j cannot be used") as caught:
        journals.read(tmp_path / "j", ROOT)
    assert caught.value.code is Exit.CORRUPT
    assert "old content" in caught.value.hint


def test_any_cut_of_a_journal_is_refused(tmp_path: Path) -> None:
    journals.write(tmp_path / "j", SAMPLE, ROOT)
    whole = (tmp_path / "j").read_bytes()
    for length in range(len(whole)):
        (tmp_path / "j").write_bytes(whole[:length])
        with pytest.raises(MlvcError):
            journals.read(tmp_path / "j", ROOT)


def test_a_journal_of_a_later_mlvc_is_refused(tmp_path: Path) -> None:
    journals.write(tmp_path / "j", SAMPLE, ROOT)
    document = json.loads((tmp_path / "j").read_bytes())
    (tmp_path / "j").write_text(json.dumps({**document, "schema": 2}))
    with pytest.raises(MlvcError, match="another version"):
        journals.read(tmp_path / "j", ROOT)


@pytest.mark.parametrize("place", ["live", "slot", "made", "homes"])
@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x"])
def test_a_journal_that_leads_out_of_the_project_is_refused(
    tmp_path: Path, place: str, path: str
) -> None:
    journals.write(tmp_path / "j", SAMPLE, ROOT)
    document = json.loads((tmp_path / "j").read_bytes())
    if place == "homes":
        document["homes"] = [path]
    else:
        document["swaps"][0][place] = [path] if place == "made" else path
    (tmp_path / "j").write_text(json.dumps(document))
    with pytest.raises(MlvcError):
        journals.read(tmp_path / "j", ROOT)


def swap_at(root: Path, live: str) -> Journal:
    return Journal("feed", {}, (Swap(f"{root}/{live}", f"{root}/slot", "remove", None, None),))


def test_a_journal_that_leads_through_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc")
    journals.write(tmp_path / "j", swap_at(tmp_path, "link/x"), tmp_path)
    with pytest.raises(MlvcError, match="symlink"):
        journals.read(tmp_path / "j", tmp_path)


def test_a_journal_that_leads_into_git_is_never_written(tmp_path: Path) -> None:
    with pytest.raises(MlvcError, match="Git"):
        journals.write(tmp_path / "j", swap_at(tmp_path, ".git/hooks/x"), tmp_path)
    assert list(tmp_path.iterdir()) == []
