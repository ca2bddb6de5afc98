"""Switching HEAD to another branch so that it lasts."""

import os
from pathlib import Path

from mlvc.errors import naming
from mlvc.registry.git import Git

_REASON = "mlvc rollback"


def switch(git: Git, git_dir: Path, ref: str) -> None:
    """Let HEAD name the branch `ref`, durably; the index and the files are the caller's.

    Not by `git symbolic-ref`: that renames a file which it has not synced (seen in Git 2.39), and
    a power cut then leaves an empty HEAD, which is no repository any more.
    """
    head = git_dir / "HEAD"
    if head.is_symlink() or head.read_bytes().startswith(b"ref: refs/heads/.invalid"):  # reftable
        git.write("symbolic-ref", "-m", _REASON, "HEAD", ref)
        return
    old = git.text("rev-parse", "-q", "--verify", "HEAD")
    if git.maybe("symbolic-ref", "-q", "HEAD") == ref:
        return
    _replace(head, os.fsencode(f"ref: {ref}\n"))
    _log(git, git_dir / "logs" / "HEAD", old)


def _replace(head: Path, data: bytes) -> None:
    lock = head.with_name("HEAD.lock")
    with naming(head), lock.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    lock.replace(head)
    folder = os.open(head.parent, os.O_RDONLY)
    try:
        with naming(head):
            os.fsync(folder)
    finally:
        os.close(folder)


def _log(git: Git, log: Path, old: str) -> None:
    if log.is_file():
        new = git.text("rev-parse", "-q", "--verify", "HEAD")
        who = git.text("var", "GIT_COMMITTER_IDENT")
        with naming(log), log.open("ab") as file:
            file.write(os.fsencode(f"{old} {new} {who}\t{_REASON}\n"))
