"""What a planted fault puts in the place of a function of mlvc's; each is given the real one."""

import os
import shutil
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.crash.planting import Make


def nothing(_real: Any) -> Callable[..., None]:
    return lambda *_, **__: None


def giving(value: Any) -> Make:
    return lambda _real: lambda *_, **__: value


def unlocked(_real: Any) -> Any:
    @contextmanager
    def locked(*_: object, **__: object) -> Any:
        yield 0

    return locked


def by_dvc(_real: Any) -> Any:
    def apply(journal: Any, _around: Any = None) -> None:
        for swap in journal.swaps:
            live, slot = Path(swap.live), Path(swap.slot)
            _remove(live)
            if slot.is_dir():
                shutil.copytree(slot, live)
            elif slot.exists():
                shutil.copy2(slot, live)

    return apply


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def in_two_renames(_real: Any) -> Any:
    def exchange(a: Path, b: Path) -> None:
        spare = b.with_name(b.name + ".mine")
        os.rename(a, spare)
        os.rename(b, a)
        os.rename(spare, b)

    return exchange


def slowly(_real: Any) -> Any:
    def exchange(a: Path, b: Path) -> None:
        spare = b.with_name(b.name + ".mine")
        os.rename(a, spare)
        time.sleep(0.02)
        os.rename(b, a)
        os.rename(spare, b)

    return exchange


def never_minding(real: Any) -> Any:
    def run(self: Any, ref: str, *, switch: bool) -> Any:
        from mlvc.ops.rollback.attempt import RolledBack

        try:
            return real(self, ref, switch=switch)
        except OSError:
            return RolledBack(self.plan)

    return run


def in_place(real: Any) -> Any:
    def exchange(a: Path, b: Path) -> None:
        if a.is_dir() or b.is_dir():
            real(a, b)
            return
        first, second = a.read_bytes(), b.read_bytes()
        a.write_bytes(second)
        b.write_bytes(first)

    return exchange


def unsynced_journal(_real: Any) -> Any:
    def write(path: Path, journal: Any, root: Path) -> None:
        import json

        from mlvc.workspace import journal as journals

        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(path.name + ".tmp")
        temporary.write_text(json.dumps(journals._document(journal, root)))
        temporary.replace(path)

    return write


def files_only(_real: Any) -> Any:
    def sync_filesystems(folders: Any) -> None:
        for folder in folders:
            for above, _, names in os.walk(folder):
                for name in names:
                    with suppress(OSError), Path(above, name).open("rb") as file:
                        os.fsync(file.fileno())

    return sync_filesystems


def late_journal(real: Any) -> Any:
    def write(path: Path, journal: Any, root: Path) -> None:
        from mlvc.workspace import transaction

        if journal.swaps:
            transaction.finish(journal)
        real(path, journal, root)

    return write


def over_anything(_real: Any) -> Any:
    def move(git: Any, ref: str, new: str, _old: str, reason: str = "") -> None:
        git.write("update-ref", "-m", reason, ref, new)

    return move


def twice(real: Any) -> Any:
    def move(git: Any, ref: str, new: str, old: str, reason: str = "") -> None:
        real(git, ref, new, old, reason)
        tree = git.text("rev-parse", f"{new}^{{tree}}")
        again = git.write("commit-tree", "-p", new, tree, data=b"Rolled back again\n")
        git.write("update-ref", ref, again)

    return move


def disposing_first(real: Any) -> Any:
    def undo(journal: Any) -> Any:
        for swap in journal.swaps:
            _remove(Path(swap.slot))
        with suppress(Exception):
            return real(journal)
        return []

    return undo


def clearing_first(real: Any) -> Any:
    def finish(project: Any, journal: Any, index: Any) -> Any:
        from mlvc.ops.places import Places

        Places(project).journal.unlink()
        return real(project, journal, index)

    return finish


def releasing(_real: Any) -> Any:
    return lambda self: self.release()


def unmarked(_real: Any) -> Any:
    def hold(self: Any) -> None:
        with self.lock.open("xb") as file:
            from mlvc.registry import index

            file.write(index._MARK)

    return hold


def not_held(_real: Any) -> Any:
    return lambda self: self.next.parent.mkdir(exist_ok=True)


def put_over_all(_real: Any) -> Any:
    def publish(self: Any, _commit: str) -> None:
        if self.next.exists():
            self.next.replace(self.path)
        self.release()

    return publish


def hardlinks(real: Any) -> Any:
    def make(kind: str, *words: Any) -> Any:
        return real("hardlink" if kind in ("copy", "reflink") else kind, *words)

    return make


def only_in_peace(real: Any) -> Any:
    def settle(project: Any) -> Any:
        import sys

        return None if sys.exc_info()[0] else real(project)

    return settle


def unsynced_git(real: list[str]) -> list[str]:
    at = real.index("core.fsync=all")
    del real[at - 1 : at + 1]
    return real


def by_git(_real: Any) -> Any:
    def switch(git: Any, _git_dir: Path, ref: str) -> None:
        git.write("symbolic-ref", "-m", "mlvc rollback", "HEAD", ref)

    return switch


def unproven(_real: Any) -> Any:
    def proof(cache: Any, digest: str, _what: str, **_: object) -> Any:
        from mlvc.artifacts.objects import split
        from mlvc.workspace.census import stamp
        from mlvc.workspace.hashing import both_digests
        from mlvc.workspace.proofs import Proof

        path = Path(cache.file(digest))
        return Proof(stamp(path.lstat()), both_digests(path, split(digest)[0])[1])

    return proof
