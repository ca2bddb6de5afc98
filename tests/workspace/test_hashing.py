import hashlib
import os
import subprocess
from pathlib import Path

import pytest
from dvc_data.hashfile.hash import file_md5

from mlvc.workspace.hashing import dvc_md5, md5_file, sha256_file, sha256_path, sha256_tree

COMMAND = r"find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum"


def by_coreutils(folder: Path) -> str:
    shell = ["bash", "-c", COMMAND]
    return subprocess.run(shell, cwd=folder, check=True, capture_output=True, text=True).stdout[:64]


def plant_bytes(folder: Path, *names: bytes) -> None:
    for name in names:
        path = folder / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"content of " + name)


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20])
def test_a_file_has_the_digest_of_its_bytes_whatever_its_size(tmp_path: Path, size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    file = tmp_path / "file"
    file.write_bytes(data[:size])
    assert md5_file(file) == hashlib.md5(data[:size]).hexdigest()
    assert sha256_file(file) == hashlib.sha256(data[:size]).hexdigest()


@pytest.mark.parametrize(
    "names",
    [
        pytest.param([], id="empty"),
        pytest.param([b"a", b"b/c", b"b/d/e"], id="nested"),
        pytest.param([b"a/x", b"a.x", b"a-x", b"a b", b"a", b"B", b"\xc3\xa9"][0:4], id="order"),
        pytest.param([b"B", b"a", b"\xc3\xa9", b"z", b"\xff\xfe", b"\xe4"], id="bytes-order"),
        pytest.param([b"new\nline", b"back\\slash", b"both\\\n", b"d\n/f"], id="escaped"),
        pytest.param([b" lead", b"trail ", b"'quote\"", b"$(x)", b"*", b"\t\x01"], id="odd"),
        pytest.param([b"d%d" % i + b"/" + b"f" * 200 for i in range(700)], id="many"),
    ],
)
def test_a_folder_has_the_digest_that_coreutils_print(tmp_path: Path, names: list[bytes]) -> None:
    plant_bytes(tmp_path, *names)
    (tmp_path / "empty folder").mkdir()
    assert sha256_tree(tmp_path) == by_coreutils(tmp_path)


def test_a_carriage_return_is_escaped_as_coreutils_9_does(tmp_path: Path) -> None:
    plant_bytes(tmp_path, b"a\rb")
    line = "\\" + hashlib.sha256(b"content of a\rb").hexdigest() + "  a\\rb\n"
    assert sha256_tree(tmp_path) == hashlib.sha256(line.encode()).hexdigest()


def test_a_folder_of_links_has_the_digest_of_its_copy(tmp_path: Path) -> None:
    plant_bytes(tmp_path / "real", b"a", b"b/c")
    linked = tmp_path / "linked"
    (linked / "b").mkdir(parents=True)
    (linked / "a").symlink_to(tmp_path / "real/a")
    (linked / "b/c").symlink_to(tmp_path / "real/b/c")
    (tmp_path / "whole").symlink_to(linked)
    assert sha256_tree(linked) == by_coreutils(tmp_path / "real")
    assert sha256_path(tmp_path / "whole") == sha256_tree(linked)
    assert sha256_path(linked / "a") == sha256_file(tmp_path / "real/a")


def test_what_is_no_file_is_left_out_as_find_leaves_it_out(tmp_path: Path) -> None:
    plant_bytes(tmp_path, b"a", b"elsewhere/x")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "itself").symlink_to("itself")
    (tmp_path / "below a file").symlink_to("a/x")
    (tmp_path / "long").symlink_to("x" * 300)
    assert sha256_tree(tmp_path) == by_coreutils(tmp_path)


CRLF = b"one\r\ntwo\r\n"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(CRLF, id="text"),
        pytest.param(CRLF + b"\0" + CRLF, id="a NUL"),
        pytest.param(b"x" * 512 + b"\0" + CRLF, id="a NUL after the first 512 bytes"),
        pytest.param(b"\xff" * 3 + b"abcdefg" + CRLF, id="few odd bytes"),
        pytest.param(b"\xff" * 3 + b"abcdefg", id="just so many"),
        pytest.param(b"\xff" * 10 + CRLF, id="many odd bytes"),
        pytest.param(b"a" * ((1 << 20) - 1) + CRLF[3:] + CRLF, id="a line end across two blocks"),
        pytest.param(b"\0" * (1 << 20) + CRLF, id="a text after a block of none"),
        pytest.param(CRLF * 200_000 + b"\0" * (1 << 20), id="none after a block of text"),
    ],
)
def test_the_digest_of_dvc_2_is_the_one_that_dvc_computes(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(data)
    assert dvc_md5(file, "md5-dos2unix") == file_md5(str(file), name="md5-dos2unix")
    assert dvc_md5(file) == hashlib.md5(data).hexdigest()
