"""The process of one evaluation on a worker: `python -I -m mlvc.ops.cluster.job PLACE HOME`.

In PLACE it finds the request and leaves the answer; HOME is where clones are kept.
"""

import hashlib
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path
from threading import Thread

from mlvc.artifacts.receiving import share_cache
from mlvc.domain.evaluation import Evaluation
from mlvc.errors import Exit, Interrupted, MlvcError, naming
from mlvc.ops.cluster.messages import Answer, Request
from mlvc.ops.evaluation_jobs import How, evaluations
from mlvc.ops.evaluation_run import Run
from mlvc.ops.evaluators import Judges
from mlvc.ops.project import Project
from mlvc.ops.workshop import workshop
from mlvc.registry import clones
from mlvc.workspace.lock import locked

_LOG = 1 << 20  # bytes of a log that are sent back
_OBJECTS = 64 << 20  # bytes of outputs that are sent back


def main(place: Path, home: Path) -> None:
    """Answer the request of a place."""
    signal.signal(signal.SIGTERM, _terminate)
    Thread(target=_live_with_the_worker, daemon=True).start()
    request = Request.from_json((place / "request").read_bytes())
    (place / "objects").mkdir()
    try:
        with ExitStack() as held:
            answer = _answer(request, _clone(request, home, held), place / "objects")
    except (MlvcError, OSError) as error:
        answer = Answer(refusal=getattr(error, "message", str(error)))
    with naming(place):
        (place / "answer.new").write_bytes(answer.to_json())
    (place / "answer.new").rename(place / "answer")


def _terminate(_number: int, _frame: object) -> None:
    raise Interrupted(Exit.TERMINATED)


def _live_with_the_worker() -> None:
    # Not through `sys.stdin`: Python aborts where a thread still reads that in the end.
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _clone(request: Request, home: Path, held: ExitStack) -> Path:
    """The project in the first clone that nobody else works in, brought up to date."""
    around = home / hashlib.sha256(request.url.encode()).hexdigest()[:16]
    for number in count():
        try:
            held.enter_context(locked(around / f"{number}.lock"))
        except MlvcError as taken:
            if taken.code != Exit.LOCKED:
                raise
        else:
            break
    folder = around / str(number)
    commits = request.target.commit, request.base.commit
    clones.bring(folder, request.url, commits, request.head)
    share_cache(folder / request.prefix, around / "cache")
    return folder / request.prefix


def _answer(request: Request, root: Path, objects: Path) -> Answer:
    project = Project(root)
    target, by = request.target.target, request.by
    judge = Judges(project, by).of(by.base(target))
    run = Run(project, target, by, judge, afresh=request.again)
    if run.pair != request.pair:
        raise MlvcError(f"{target.label} or its evaluator is not the same there")
    how = How(timeout=request.timeout)
    with workshop(project) as shop, closing(evaluations([run], how, shop)) as events:
        (made,) = (event[1] for event in events if isinstance(event, tuple))
    _take_along(project, made, objects)
    return Answer(made, log=_log(run.log), place=str(run.log))


def _take_along(project: Project, made: Evaluation, folder: Path) -> None:
    """Copy the objects of the outputs, as far as they are not too large."""
    left = _OBJECTS
    for digest in dict.fromkeys(_objects(project, made)):
        path = project.store.cache.path(digest)
        size = path.stat().st_size
        if size <= left:
            left -= size
            shutil.copyfile(path, folder / digest)


def _objects(project: Project, made: Evaluation) -> Iterator[str]:
    cache = project.store.cache
    for digest in made.outputs.values():
        # Git has what it tracks; what is hashed otherwise could not be proven.
        if digest.startswith("md5:") and cache.path(digest).exists():
            yield from cache.manifest(digest).values() if digest.endswith(".dir") else ()
            yield digest


def _log(path: Path) -> str:
    """The end of what a failed stage printed; nothing of it stays."""
    if not path.exists():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _LOG))
        text = file.read().decode(errors="replace")
    path.unlink()
    return text


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
