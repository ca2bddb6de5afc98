"""What is said of errors that are the system's."""

import os
import shutil
from pathlib import Path

import pytest

from mlvc.cli import endings
from mlvc.errors import Exit, naming


def test_a_folder_that_cannot_be_copied_is_told_by_the_first_that_failed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one").mkdir()
    os.mkfifo(tmp_path / "one" / "pipe")
    with pytest.raises(shutil.Error) as caught:
        shutil.copytree(tmp_path / "one", tmp_path / "two")
    ended = endings.unexpected(caught.value, as_json=False, verbose=False)
    said = capsys.readouterr().err.splitlines()
    assert ended == Exit.REFUSED
    assert said[0] == f"error: {tmp_path}/two/pipe: `{tmp_path}/one/pipe` is a named pipe"


def test_a_full_disk_is_told_with_its_file_and_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        pytest.raises(OSError, match="No space left") as caught,
        naming(tmp_path / "model"),
        Path("/dev/full").open("wb", buffering=0) as file,
    ):
        file.write(b"some")
    endings.unexpected(caught.value, as_json=False, verbose=False)
    said = capsys.readouterr().err.splitlines()
    assert said[0] == f"error: {tmp_path}/model: No space left on device"
    assert said[1].startswith("hint: Make room there, then run again.")
