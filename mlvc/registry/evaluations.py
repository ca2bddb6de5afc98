"""Evaluations in Git: a chain of commits over a tree of one blob each, under a ref of its own."""

from mlvc.domain.evaluation import Evaluation
from mlvc.errors import MlvcError
from mlvc.registry import commits
from mlvc.registry.git import Git, GitFailed
from mlvc.registry.trees import Entry, read_blobs, read_tree

REF = "refs/mlvc/evaluations"
_ATTEMPTS = 20


def read(git: Git, model_digest: str | None = None) -> tuple[Evaluation, ...]:
    """The recorded evaluations: of one model digest, or all."""
    tip = git.maybe("rev-parse", "-q", "--verify", REF)
    if tip is None:
        return ()
    folder = Evaluation.folder(model_digest) + "/" if model_digest else ""
    entries = read_tree(git, tip, folder)
    blobs = read_blobs(git, (entry.id for entry in entries.values()))
    return tuple(Evaluation.from_json(blobs[entry.id]) for entry in entries.values())


def record(git: Git, evaluation: Evaluation) -> None:
    """Append an evaluation. Safe beside others that do the same: the loser tries again."""
    blob = commits.write_blob(git, evaluation.to_json())
    edits = {evaluation.path(): Entry("100644", blob)}
    for _ in range(_ATTEMPTS):
        tip = git.maybe("rev-parse", "-q", "--verify", REF)
        try:
            commit = _append(git, tip, edits, f"Evaluate {evaluation.release or evaluation.model}")
            git.write("update-ref", REF, commit, tip or commits.ZERO)
        except GitFailed as failed:
            if "lock" not in failed.stderr:
                raise
        else:
            return
    raise MlvcError(f"{REF} stays locked by others", "Run the evaluation again.")


def _append(git: Git, tip: str | None, edits: commits.Edits, message: str) -> str:
    with commits.scratch_index() as env:
        git.write("read-tree", tip or "--empty", env=env)
        commits.stage(git, edits, env)
        tree = git.write("write-tree", env=env)
    # A record that a machine writes, often unattended: no signature is asked for.
    return commits.commit_tree(git, tree, [tip] if tip else [], message, sign=False)
