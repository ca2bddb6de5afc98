from pathlib import Path

import pytest

from mlvc.errors import MlvcError
from mlvc.workspace.marker import marked


def test_it_is_there_while_somebody_is_at_work_and_gone_after(tmp_path: Path) -> None:
    with marked(tmp_path / "mark"):
        assert (tmp_path / "mark").exists()
    assert not (tmp_path / "mark").exists()


def test_a_refusal_is_an_orderly_end(tmp_path: Path) -> None:
    with pytest.raises(MlvcError), marked(tmp_path / "mark"):
        raise MlvcError("no")
    assert not (tmp_path / "mark").exists()


def test_any_other_error_leaves_it(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="full"), marked(tmp_path / "mark"):
        raise OSError("full")
    assert (tmp_path / "mark").exists()
