"""Evaluations in Git: a chain of commits over a tree of one blob each, under a ref of its own."""

import logging
import secrets
import time
from collections.abc import Iterable
from functools import cache

from mlvc.domain.evaluation import Evaluation
from mlvc.domain.evaluator import model_key
from mlvc.errors import Exit, MlvcError
from mlvc.registry import commits
from mlvc.registry.git import Git, GitFailed
from mlvc.registry.trees import Entry, read_tree, try_blobs

REF = "refs/mlvc/evaluations"
_ATTEMPTS = 50
_PAUSE_MS = 40
_log = logging.getLogger(__name__)
# For a record that a machine writes: where Git knows nobody, an hour's run shall not be lost.
_NOBODY = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "mlvc"), ("EMAIL", "mlvc@localhost"))
}


def read(git: Git, model_digest: str | None = None) -> tuple[Evaluation, ...]:
    """The recorded evaluations: of one model digest, or all.

    Anyone who can push can write here, so a record that makes no sense stops nobody: it is left
    out, and logged once.
    """
    tip = git.maybe("rev-parse", "-q", "--verify", REF)
    if tip is None:
        return ()
    folder = Evaluation.folder(model_key(model_digest)) + "/" if model_digest else ""
    entries = read_tree(git, tip, folder)
    blobs = try_blobs(git, (entry.id for entry in entries.values() if not entry.is_submodule))
    found = (_parsed(folder + path, blobs.get(entry.id)) for path, entry in entries.items())
    return tuple(evaluation for evaluation in found if evaluation)


def read_many(git: Git, model_digests: Iterable[str]) -> dict[str, tuple[Evaluation, ...]]:
    """Those of many model digests at once, in three git processes however many they are."""
    wanted = {Evaluation.folder(model_key(digest)): digest for digest in model_digests}
    tip = git.maybe("rev-parse", "-q", "--verify", REF) if wanted else None
    found: dict[str, list[Evaluation]] = {digest: [] for digest in wanted.values()}
    if tip is None:
        return dict.fromkeys(found, ())
    entries = {p: e for p, e in read_tree(git, tip, "").items() if p.rpartition("/")[0] in wanted}
    blobs = try_blobs(git, (entry.id for entry in entries.values() if not entry.is_submodule))
    for path, entry in entries.items():
        if parsed := _parsed(path, blobs.get(entry.id)):
            found[wanted[path.rpartition("/")[0]]].append(parsed)
    return {digest: tuple(made) for digest, made in found.items()}


def _parsed(path: str, data: bytes | None) -> Evaluation | None:
    try:
        found = Evaluation.from_json(data or b"")
        if found.path() == path:
            return found
        _note(path, "an evaluation stands under another's name")
    except MlvcError as error:
        _note(path, error.message)
    return None


@cache
def _note(path: str, why: str) -> None:
    _log.warning("note: %s of %s is left out: %s", ascii(path), REF, why)


def record(git: Git, evaluation: Evaluation) -> None:
    """Append an evaluation. Safe beside others that do the same: the loser tries again."""
    blob = commits.write_blob(git, evaluation.to_json())
    edits = {evaluation.path(): Entry("100644", blob)}
    said = ""
    for _ in range(_ATTEMPTS):
        tip = git.maybe("rev-parse", "-q", "--verify", REF)
        try:
            commit = _append(git, tip, edits, f"Evaluate {evaluation.release or evaluation.model}")
            git.write("update-ref", REF, commit, tip or commits.ZERO)
        except GitFailed as failed:
            if "lock" not in failed.stderr:
                raise
            said = failed.message
            time.sleep(secrets.randbelow(_PAUSE_MS) / 1000)
        else:
            return
    raise MlvcError(
        f"the evaluation could not be recorded: {said}",
        "If no other git runs here, delete the lock file that it names; then run it again.",
        Exit.LOCKED,
    )


def _append(git: Git, tip: str | None, edits: commits.Edits, message: str) -> str:
    with commits.scratch_index() as env:
        git.write("read-tree", tip or "--empty", env=env)
        commits.stage(git, edits, env)
        tree = git.write("write-tree", env=env)
    # Plumbing: no signature is asked for, since this is often unattended.
    words = ["-p", tip] if tip else []
    known = git.holds("var", "GIT_COMMITTER_IDENT") and git.holds("var", "GIT_AUTHOR_IDENT")
    who = {} if known else _NOBODY
    return git.write("commit-tree", *words, tree, "-F", "-", data=message.encode(), env=who)
