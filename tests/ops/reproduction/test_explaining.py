"""Where two outputs differ first, in words that help."""

import zipfile
from pathlib import Path

import pytest

from mlvc.ops.reproduction.explaining import explain, files_of

LONG = "x" * 100


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("a.json", '{"a": {"b": [1, 2]}}', '{"a": {"b": [1, 3]}}', "a.b[1]: recorded 2, now 3"),
        ("a.json", '{"a": 1}', '{"a": 1.0}', "a: recorded 1, now 1.0"),
        ("a.json", '{"a": 1}', '{"a": 1, "b": NaN}', "b is new"),
        ("a.yaml", "a: 1\nb: x\n", "b: x\n", "a is gone"),
        ("a.toml", "a = '1'\n", "a = 1\n", 'a: recorded "1", now 1'),
        # The same values written otherwise, and what is no JSON: as any text.
        ("a.json", '{"a": 1}', '{"a":1}', 'line 1, recorded {"a": 1}, now {"a":1}'),
        ("a.json", "one\ntwo", "one\ntoo", "line 2, recorded two, now too"),
        ("a.yaml", "5", "6", "line 1, recorded 5, now 6"),
        ("a.csv", "id,p\n1,0.25\n", "id,p\n1,0.26\n", "line 2, column p: recorded 0.25, now 0.26"),
        ("a.TSV", "id\tp\n1\t2\n", "id\tp\n3\t2\n", "line 2, column id: recorded 1, now 3"),
        ("a.csv", "1,2\n", "1,3\n", "line 1, recorded 1,2, now 1,3"),
        ("a.csv", "id\n1\r2\n", "id\n1\r3\n", r"line 2, recorded 1\r2, now 1\r3"),
        ("a.csv", "id,p\n1,2\n", "id,p\n1,2,3\n", "line 2, recorded 1,2, now 1,2,3"),
        ("a.txt", "a\n", "a\nb\n", "line 2, recorded nothing, now b"),
        ("a.txt", "a\x1b[2J", "a", r"line 1, recorded a\x1b[2J, now a"),
        ("a.txt", f"{LONG}1{LONG}", f"{LONG}2{LONG}",
         f"line 1, recorded …{'x' * 20}1{'x' * 39}…, now …{'x' * 20}2{'x' * 39}…"),
        ("a.txt", "a\r\n", "a\n", "byte 1 is the first that differs; recorded 3 bytes, now 2"),
        ("a.bin", "a\0b", "a\0c", "byte 2 is the first that differs; both have 3 bytes"),
        ("a.bin", "same", "same", ""),
    ],
)  # fmt: skip
def test_files(tmp_path: Path, name: str, old: str, new: str, says: str) -> None:
    one, other = tmp_path / "object", tmp_path / name
    one.write_bytes(old.encode())
    other.write_bytes(new.encode())
    assert explain(f"out/{name}", files_of(one), files_of(other)) == says


def test_a_difference_deep_in_a_large_file_is_found_by_its_line(tmp_path: Path) -> None:
    # Lines across the blocks in which it is read, and one that is longer than those.
    lines = [*(str(n) * 9 for n in range(200_000)), "y" * 3_000_000]
    old, new = tmp_path / "old", tmp_path / "new.txt"
    old.write_text("\n".join([*lines, "the end"]))
    new.write_text("\n".join([*lines, "an end"]))
    said = explain("new.txt", files_of(old), files_of(new))
    assert said == "line 200,002, recorded the end, now an end"


def test_bytes_that_are_no_text_are_told_by_their_offset(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"\xff\xfe1")
    new.write_bytes(b"\xff\xfe2")
    assert explain("new", files_of(old), files_of(new)).startswith("byte 2 is the first")


def test_a_folder_is_told_by_its_first_file_that_differs(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        (folder / "sub").mkdir(parents=True)
        (folder / "sub/b.json").write_text('{"a": 1}')
        (folder / "z").write_text("z")
    assert explain("new", files_of(old), files_of(new)) == ""
    (new / "sub/b.json").write_text('{"a": 2}')
    assert explain("new", files_of(old), files_of(new)) == "sub/b.json: a: recorded 1, now 2"
    (new / "a").write_text("")
    assert explain("new", files_of(old), files_of(new)) == "a: is new"
    (old / "Z").write_text("")
    assert explain("new", files_of(old), files_of(new)) == "Z: is gone"
    assert explain("new", files_of(old / "z"), files_of(new)) == "is a folder now"
    assert explain("new", files_of(old), files_of(new / "z")) == "is a file now"


def archive(path: Path, members: dict[str, str], year: int = 2000) -> dict[str, Path]:
    with zipfile.ZipFile(path, "w") as opened:
        for name, text in members.items():
            opened.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), text)
    return {"": path}


def test_of_an_archive_the_member_that_differs_is_named(tmp_path: Path) -> None:
    whole = {"schema": "a", "weights": "b", "a.json": '{"v": 1}'}
    old = archive(tmp_path / "old", whole)
    for changed, says in (
        ({"weights": "c"}, "in the archive weights differs"),
        ({"weights": "c", "more": ""}, "in the archive weights differs"),
        ({"more": ""}, "in the archive more is new"),
        # A document first, and what in it.
        ({"weights": "c", "a.json": '{"v": 2}'}, "in the archive a.json: v: recorded 1, now 2"),
        ({"a.json": '{"v":1}'}, "in the archive a.json differs"),
    ):
        assert explain("m.skops", old, archive(tmp_path / "new", whole | changed)) == says
    less = archive(tmp_path / "less", {"schema": "a", "a.json": whole["a.json"]})
    assert explain("m.skops", old, less) == "in the archive weights is gone"
    later = archive(tmp_path / "later", whole, year=2001)
    said = explain("m.skops", old, later)
    assert said == "in the archive all is the same, but for times, order or compression"
