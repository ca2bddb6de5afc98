"""The settings of params.yaml, checked once."""

import subprocess
import sys
from pathlib import Path

import pytest

from mlvc.errors import MlvcError
from mlvc.ops.configured import configured
from mlvc.workspace.memo import Memo

GATED = b"depth: 3\nmlvc:\n  gates:\n    - {metric: f1, min: 0.2, slice: {origin: JFK}}\n"


def test_what_was_found_right_is_not_checked_again(tmp_path: Path) -> None:
    found = configured(Memo(tmp_path / "memo"), GATED)
    assert found.rules("fraud")[0].min == 0.2
    code = (
        "import sys; from pathlib import Path\n"
        "from mlvc.ops.configured import configured; from mlvc.workspace.memo import Memo\n"
        f"found = configured(Memo(Path({str(tmp_path / 'memo')!r})), {GATED!r})\n"
        "assert found.rules('fraud')[0].slice == ('origin', 'JFK')\n"
        "assert not {'pydantic', 'yaml', 'ruamel'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_mistake_is_told_each_time(tmp_path: Path) -> None:
    memo = Memo(tmp_path / "memo")
    for _ in range(2):
        with pytest.raises(MlvcError, match=r"mlvc\.gates\[0\]\.mim is not a known key"):
            configured(memo, GATED.replace(b"min", b"mim"))
        with pytest.raises(MlvcError, match=r"params\.yaml"):
            configured(memo, b"mlvc: {")


def test_other_bytes_are_other_settings(tmp_path: Path) -> None:
    memo = Memo(tmp_path / "memo")
    assert configured(memo, GATED).rules("fraud")[0].min == 0.2
    assert configured(memo, GATED.replace(b"0.2", b"0.3")).rules("fraud")[0].min == 0.3
    assert configured(memo, None).rules("fraud") == configured(memo, b"").rules("fraud") == ()
