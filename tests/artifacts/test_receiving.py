"""Objects that arrive as bytes, and a cache that clones share."""

import hashlib
from pathlib import Path

from mlvc.artifacts.objects import Cache
from mlvc.artifacts.receiving import receive, share_cache
from tests.project import Project


def test_an_object_is_kept_read_only_under_its_digest(tmp_path: Path) -> None:
    cache, data = Cache(tmp_path, ()), b"predicted,label\n"
    digest = f"md5:{hashlib.md5(data).hexdigest()}"
    assert receive(cache, digest, data) and receive(cache, digest, data)
    path = cache.path(digest)
    assert path.read_bytes() == data and path.stat().st_mode & 0o777 == 0o444
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [path]


def test_clones_share_a_cache_unless_the_project_says_where(
    project: Project, tmp_path: Path
) -> None:
    share_cache(project.path, tmp_path / "größer")
    share_cache(project.path, tmp_path / "other")
    assert project.dvc("cache", "dir") == str(tmp_path / "größer")
    project.dvc("cache", "dir", "--unset", "--local")
    project.dvc("cache", "dir", "--project", str(tmp_path / "own"))
    share_cache(project.path, tmp_path / "other")
    assert project.dvc("cache", "dir") == str(tmp_path / "own")
