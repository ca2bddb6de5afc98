"""What Dask calls on a worker: it starts a process for the evaluation, and lives as long."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Any

from mlvc.ops.cluster.messages import Answer, Request, edition
from mlvc.registry.environment import scrubbed

_JOB = "mlvc.ops.cluster.job"
_LOOK = 0.5  # seconds between looks whether anyone still waits for the answer
_GRACE = 15.0  # seconds that a process gets to end its stages and remove its worktree

Reply = tuple[bytes, dict[str, bytes]]


def perform(data: bytes) -> Reply:
    """Carry out a request: its answer, and by digest the objects that the evaluation made.

    In a process of its own, since Dask calls this in a thread: that could not be ended, and shares
    signals, environment and memory with all others.
    """
    from distributed import get_worker

    # A worker that came late; another version may have other requests.
    sent = json.loads(data)["edition"]
    if sent != edition():
        return Answer(refusal=f"it has {edition()}, and the caller {sent}").to_json(), {}
    request, worker = Request.from_json(data), get_worker()
    worker.log_event(request.topic, {"id": request.id, "worker": worker.address})
    home = Path(worker.local_directory) / "mlvc"
    home.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home) as place:
        return _carried_out(data, Path(place), worker)


def _carried_out(data: bytes, place: Path, worker: Any) -> Reply:
    (place / "request").write_bytes(data)
    with (place / "said").open("wb") as said:
        status = _run(place, said, worker)
    if not (place / "answer").exists():
        lines = (place / "said").read_text(errors="replace").strip().splitlines()
        why = f"its process ended with {status}: {(lines or ['it printed nothing'])[-1]}"
        return Answer(refusal=why).to_json(), {}
    objects = {file.name: file.read_bytes() for file in (place / "objects").iterdir()}
    return (place / "answer").read_bytes(), objects


def _run(place: Path, said: IO[bytes], worker: Any) -> int:
    """Run the process to its end, or end it when nobody waits for it any more."""
    # It ends itself when the other end of its input is gone: also where this worker was killed.
    with subprocess.Popen(
        [sys.executable, "-I", "-m", _JOB, str(place), str(place.parent)],
        env=scrubbed(os.environ),
        stdin=subprocess.PIPE,
        stdout=said,
        stderr=said,
        start_new_session=True,
    ) as child:
        try:
            while True:
                try:
                    return child.wait(_LOOK)
                except subprocess.TimeoutExpired:
                    if _is_abandoned(worker):
                        return _ended(child)
        finally:
            child.kill()


def _is_abandoned(worker: Any) -> bool:
    """Whether Dask has cancelled the task of this thread, which it tells nobody."""
    task = worker.state.tasks.get(worker.get_current_task())
    return task is None or task.state == "cancelled"


def _ended(child: "subprocess.Popen[bytes]") -> int:
    child.terminate()
    try:
        return child.wait(_GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()
