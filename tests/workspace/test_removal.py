from pathlib import Path

import pytest

from mlvc.workspace import removal


def test_empty_folders_go_for_good_up_to_the_first_that_is_not_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(removal, "sync_folder", synced.append)
    (tmp_path / "a/b/c").mkdir(parents=True)
    (tmp_path / "a/kept").touch()
    removal.remove_empty(tmp_path / "a/b/c", tmp_path)
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["kept"]
    assert synced == [tmp_path / "a"]


def test_the_root_stays_and_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(removal, "sync_folder", synced.append)
    (tmp_path / "a").mkdir()
    removal.remove_empty(tmp_path / "a", tmp_path)
    removal.remove_empty(tmp_path / "a", tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert synced == [tmp_path, tmp_path]
