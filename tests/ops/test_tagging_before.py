"""What a new release follows: found without walking all of history, and the same as with it."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from mlvc.ops.baselines import last_good
from mlvc.ops.naming import Target
from mlvc.ops.project import Project as Opened
from mlvc.ops.tagging.before import on_the_line, released_before
from tests.project import Project, run
from tests.releases import retrain

Step = tuple[str, int, int]
BRANCHES = CONTENTS = 3
STEPS = st.tuples(
    st.sampled_from(("train", "release", "rollback", "revert", "merge")),
    st.integers(0, BRANCHES - 1),
    st.integers(0, CONTENTS - 1),
)


def opened(path: Path, steps: list[Step]) -> Opened:
    """A history of branches that begin as one; HEAD is the last that was worked on."""

    def git(*words: str) -> str:
        return run("git", *words, cwd=path).stdout.strip()

    def commit(message: str, tree: str, *parents: str) -> str:
        before = [word for parent in parents for word in ("-p", parent)]
        return git("commit-tree", "-m", message, *before, tree)

    git("init", "--quiet")
    trees = [_tree(path, content) for content in range(CONTENTS)]
    tips = [commit("Begin", trees[0])] * BRANCHES
    released, rollbacks = list[str](), list[str]()
    branch = 0
    for kind, branch, number in steps:
        tip = tips[branch]
        tree = git("rev-parse", f"{tip}^{{tree}}")
        if kind == "release":
            # Not in the order in which they are made.
            released.append(f"model@v{(number * 7) % 3}.{len(released)}.0")
            passed = f"Verdict: {'PASS' if number else 'FAIL'}"
            git("tag", "-a", "-m", released[-1], "-m", passed, released[-1], tip)
        elif kind == "rollback" and released:
            back = released[number % len(released)]
            told = f"Rollback-From: {released[-1]}\nRollback-To: {back}"
            rollbacks.append(commit(f"Roll back\n\n{told}", tree, tip))
            tips[branch] = rollbacks[-1]
        elif kind == "revert" and rollbacks:
            undone = rollbacks[number % len(rollbacks)]
            tips[branch] = commit(f"Revert\n\nThis reverts commit {undone}.", tree, tip)
        else:
            others = [tips[number % BRANCHES]] if kind == "merge" else []
            tips[branch] = commit(kind, tree if others else trees[number], tip, *others)
    git("checkout", "--quiet", "--detach", commit("Train", _tree(path, CONTENTS), tips[branch]))
    return Opened(path)


def _tree(path: Path, content: int) -> str:
    (path / ".dvc").mkdir(exist_ok=True)
    (path / ".dvc" / "config").touch()
    (path / "dvc.yaml").write_text("artifacts:\n  model: {path: model.bin}\n")
    (path / "model.bin.dvc").write_text(
        f"outs:\n- {{md5: {content:032x}, size: 1, hash: md5, path: model.bin}}\n"
    )
    run("git", "add", "--all", cwd=path)
    return run("git", "write-tree", cwd=path).stdout.strip()


@settings(max_examples=8, deadline=None)
@given(st.lists(STEPS, max_size=10))
@example([("release", 0, 0), ("train", 0, 1), ("release", 0, 0), ("rollback", 0, 0)])
@example([("release", 0, 0), ("rollback", 1, 0), ("release", 1, 0)])
@example([("release", 0, 1), ("train", 1, 1), ("release", 1, 2), ("merge", 0, 1)])
def test_what_a_release_follows_is_what_the_whole_line_says(steps: list[Step]) -> None:
    with TemporaryDirectory() as folder:
        project = opened(Path(folder), steps)
        found = released_before(project, "model")
        assert found == on_the_line(project, "model")
        good = last_good(project, Target(project.repo.head, "model")).target
        assert found.good is None or (good and found.good == good.release)


def test_a_release_reads_no_tags_of_other_models(two_releases: Project) -> None:
    project = two_releases
    project.git("tag", "other@v1.0.0")
    assert "ignored: tag other@v1.0.0 is lightweight" in project.mlvc("list").err
    retrain(project, "bias: 0.5", "bias: 0.7")
    done = project.mlvc("tag", "model", "--bump", "patch")
    assert "Released model@v0.2.1" in done.out and "other" not in done.err
