"""`--force`: nothing of the lineage stays uncommitted, and nothing of the user's is lost."""

from pathlib import Path

from tests.ops.rollback.states import assert_whole, rolled_back
from tests.project import Project


def saved(out: str) -> list[str]:
    mark = "saved what was in the way: "
    return sorted(
        Path(line.split(mark)[1]).read_text() for line in out.splitlines() if mark in line
    )


def test_what_the_plan_itself_leaves_alone_is_put_back_to_head(released: Project) -> None:
    mine = {path: f"my {path}\n" for path in ("train.py", "model.bin", "evaluate.py")}
    for path, text in mine.items():
        released.write(path, text)
    released.git("add", "evaluate.py")  # the same in both releases
    done = rolled_back(released, "v0.1.0", "--force")
    assert saved(done.out) == sorted(mine.values())
    assert_whole(released)


def test_what_is_only_staged_is_saved_too(released: Project) -> None:
    released.write("train.py", "staged\n")
    released.git("add", "train.py")
    released.write("train.py", "in the workspace\n")
    done = rolled_back(released, "v0.1.0", "--force")
    assert saved(done.out) == ["in the workspace\n", "staged\n"]
    assert_whole(released)
