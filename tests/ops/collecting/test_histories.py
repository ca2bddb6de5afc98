"""Whatever happened before: what has a name can be restored afterwards, and the rest is gone."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from mlvc.errors import Exit, MlvcError
from mlvc.ops import collecting
from mlvc.ops.collecting import Request
from mlvc.ops.project import Project
from mlvc.workspace.lock import locked
from tests.ops.collecting.histories import History

STEPS = ["work", "work", "write", "tag", "rollback", "switch", "delete", "worktree", "stash"]
EXAMPLES = 8
numbers = st.integers(0, 7)
Steps = list[tuple[str, int, int]]
# What each kind of name alone keeps, and what nothing keeps any more.
TELLING: list[Steps] = [
    [("tag", 0, 0), ("work", 0, 1), ("rollback", 0, 0), ("work", 0, 2), ("work", 0, 3),
     ("rollback", 0, 1), ("work", 0, 4), ("write", 1, 3)],
    [("switch", 0, 0), ("work", 2, 1), ("work", 2, 2), ("worktree", 1, 1), ("switch", 1, 0),
     ("delete", 1, 0), ("work", 0, 3)],
    [("write", 2, 1), ("stash", 0, 0), ("write", 1, 4), ("stash", 0, 0), ("work", 0, 5)],
]  # fmt: skip


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "repository")


@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), numbers, numbers), min_size=6, max_size=16))
@example(steps=TELLING[0])
@example(steps=TELLING[1])
@example(steps=TELLING[2])
# Nothing is shrunk: that would take many minutes, and the steps say enough.
@settings(max_examples=EXAMPLES, deadline=None, phases=(Phase.explicit, Phase.generate))
def test_every_named_state_is_whole_afterwards_and_nothing_else_is_left(steps: Steps) -> None:
    with TemporaryDirectory() as folder:
        history = History(Path(folder) / "repository")
        for name, which, seed in steps:
            getattr(history, name)(which, seed)
        collected(history)
        assert history.there == history.needed
        assert all(history.bytes_of(value) == history.written[value] for value in history.there)
        assert collected(history).objects == 0


def collected(history: History) -> collecting.Collection:
    return collecting.collect(Project.find(history.top), Request(grace=0))


def test_interrupted_anywhere_all_that_is_named_is_whole(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.tag(0, 0)
    for seed in range(5):
        history.write(0, seed + 1)
        history.write(2, seed)
        history.commit()
    garbage = len(history.there - history.needed)
    unlink, left = Path.unlink, garbage // 2

    def killed(path: Path, *, missing_ok: bool = False) -> None:
        nonlocal left
        if path.is_relative_to(history.cache):
            if not left:
                raise KeyboardInterrupt
            left -= 1
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", killed)
    with pytest.raises(KeyboardInterrupt):
        collected(history)
    monkeypatch.undo()
    assert history.needed < history.there and garbage > 2
    collected(history)
    assert history.there == history.needed


def test_what_gets_a_name_meanwhile_is_not_collected(history: History) -> None:
    history.work(0, 1)
    lost = history.branches["main"]
    history.work(0, 2)
    before = history.there

    def release(plan: collecting.Collection) -> None:
        assert plan.objects > 0
        history.git("tag", "--annotate", "--message", "Late", "model@v1.0.0", lost)

    with pytest.raises(MlvcError, match="have changed meanwhile"):
        collecting.collect(Project.find(history.top), Request(grace=0), release)
    assert history.there == before
    history.tags.append(lost)
    collected(history)
    assert history.there == history.needed < before


@pytest.mark.parametrize("name", ["lock", "evaluating"])
def test_where_mlvc_is_at_work_in_some_worktree_nothing_goes(history: History, name: str) -> None:
    history.work(0, 1)
    history.worktree(1, 0)
    history.work(0, 2)
    history.work(0, 3)
    before = history.there
    with (
        locked(history.top / ".git/worktrees/repository-0/mlvc" / name),
        pytest.raises(MlvcError) as refused,
    ):
        collected(history)
    assert refused.value.code == Exit.LOCKED and history.there == before
    assert collected(history).objects == 2
