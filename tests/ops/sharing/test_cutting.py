"""A sample of `make cut`: a push that is cut off anywhere leaves no tag without its data."""

from pathlib import Path

from tests.cutting import bench
from tests.project import Project


def test_a_push_that_is_cut_off_leaves_no_tag_without_data_and_the_next_completes(
    built_two_releases: Project, tmp_path: Path
) -> None:
    with bench(tmp_path, built_two_releases) as where:
        whole = where.size()
        # While it asks, while it sends objects, between two batches of tags.
        cuts = [where.cut(after) for after in (whole // 8, whole // 2, whole - 1000)]
        assert [cut.broken for cut in cuts] == [""] * 3
        assert [bool(cut.code) for cut in cuts] == [True] * 3
        assert [cut.tags for cut in cuts] == [0, 0, 3]
        lost = next(file for file in (tmp_path / "web/store").rglob("*") if file.is_file())
        lost.write_bytes(lost.read_bytes()[:-1])
        assert list(where.without_data()) != []
