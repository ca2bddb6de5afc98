"""`mlvc which --repo`: which release a file is, where there is no repository."""

import pytest

from mlvc.errors import Exit, MlvcError
from mlvc.ops.which import which_elsewhere
from tests.ops.getting.conftest import Published, released_folder
from tests.releases import answer


def test_a_file_says_which_release_it_is_and_where_that_is_in_use(published: Published) -> None:
    published.get("v0.1.0", "some file")
    asked = published.call("which", "some file", "--repo", "../hub.git")
    assert (asked.code, asked.out) == (0, "model@v0.1.0  production\n")
    (published.desk / "other").write_text("no model\n")
    asked = published.call("which", "other", "--repo", "../hub.git")
    assert asked.code == 13
    assert asked.out.startswith("other is no release (sha256:")
    assert published.there == ["other", "some file"]


def test_a_folder_is_found_too(published: Published) -> None:
    released_folder(published)
    published.get("model", "folder")
    found = which_elsewhere(str(published.hub.path), "folder", published.desk)
    assert [release.name for release in found.releases] == ["model@v0.3.0"]


def test_only_a_file_can_be_asked_about(published: Published) -> None:
    with pytest.raises(MlvcError, match="no file or folder") as caught:
        which_elsewhere(str(published.hub.path), "v0.1.0", published.desk)
    assert caught.value.code == Exit.MISSING
    assert published.call("which", "--repo", "../hub.git").code == 2


def test_a_tag_without_a_digest_is_not_compared(published: Published) -> None:
    one = published.one
    published.get("v0.1.0")
    one.git("tag", "-d", "model@v0.1.0")
    one.git("tag", "-a", "-m", "by hand", "model@v1.0.0", "model#production#1^{commit}")
    one.git("push", "-q", "origin", "model@v1.0.0", ":refs/tags/model@v0.1.0")
    found = which_elsewhere(str(published.hub.path), "model.bin", published.desk)
    assert (found.releases, found.unknown) == ((), ("model@v1.0.0",))


def test_here_it_says_where_a_release_stands_too(published: Published) -> None:
    assert published.one.mlvc("which", "v0.1.0").out == "model@v0.1.0  production\n"
    assert published.one.mlvc("rollback", "v0.1.0").code == 0
    found = answer(published.one, "which", "v0.2.0")
    assert (found["releases"], found["withdrawn"]) == (["model@v0.2.0"], ["model@v0.2.0"])
