"""Pictures as files: whole or not at all, and early refusals."""

import json
import resource
import struct
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mlvc.errors import Exit, MlvcError
from mlvc.plots import by_release, files
from tests.plots.found import releases

SPEC = by_release.spec(releases(3))


def test_a_png_is_one_of_twice_the_size_and_not_empty(tmp_path: Path) -> None:
    files.write(SPEC, tmp_path / "f1.png")
    data = (tmp_path / "f1.png").read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    assert 900 < width < 1400 and 600 < height < 1000
    assert len(set(pixels(data))) > 20


def pixels(data: bytes) -> bytes:
    """The bytes of a PNG's picture, as they are filtered."""
    at, packed = 8, b""
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            packed += data[at + 8 : at + 8 + length]
        at += length + 12
    return zlib.decompress(packed)


def test_an_svg_holds_the_names_as_text(tmp_path: Path) -> None:
    files.write(SPEC, tmp_path / "f1.SVG")
    root = ElementTree.parse(tmp_path / "f1.SVG").getroot()
    assert {"v1.0.0", "v1.1.0", "v1.2.0", "f1 of fraud by release"} <= set(root.itertext())


def test_json_is_vega_lite_with_its_data_inside(tmp_path: Path) -> None:
    files.write(SPEC, tmp_path / "f1.vl.json")
    found = json.loads((tmp_path / "f1.vl.json").read_text())
    assert found["$schema"] == "https://vega.github.io/schema/vega-lite/v5.json"
    assert found == json.loads(files.text(SPEC))
    assert '"url"' not in (tmp_path / "f1.vl.json").read_text()


def test_a_picture_is_replaced_as_other_files_are(tmp_path: Path) -> None:
    real = tmp_path / "real.json"
    real.write_text("old")
    (tmp_path / "link.json").symlink_to(real)
    files.write(SPEC, tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink() and json.loads(real.read_text()) == SPEC
    assert real.stat().st_mode & 0o777 == 0o666 & ~current_umask()


def current_umask() -> int:
    import os

    found = os.umask(0)
    os.umask(found)
    return found


@contextmanager
def no_room() -> Iterator[None]:
    """Files of a few bytes at most."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_leaves_the_old_picture_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "f1.json"
    path.write_text("old")
    with no_room(), pytest.raises(OSError, match="too large"):
        files.write(SPEC, path)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("f1.json", "old")]


@pytest.mark.parametrize("name", ["f1.pdf", "f1", "svg", ".svg"])
def test_an_unknown_ending_is_refused_and_the_known_ones_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(MlvcError) as refused:
        files.check(tmp_path / name)
    assert refused.value.code == Exit.USAGE
    assert all(ending in refused.value.hint for ending in (".json", ".svg", ".png"))


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MlvcError, match="is not a folder"):
        files.check(tmp_path / "none" / "f1.svg")


def test_without_the_extra_pictures_are_refused_and_json_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    for name in ("f1.svg", "f1.png"):
        with pytest.raises(MlvcError, match="vl-convert-python") as refused:
            files.check(tmp_path / name)
        assert "pip install 'mlvc[plot]'" in refused.value.hint
    files.check(tmp_path / "f1.json")
    files.write(SPEC, tmp_path / "f1.json")
    assert (tmp_path / "f1.json").exists()
