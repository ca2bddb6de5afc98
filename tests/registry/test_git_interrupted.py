"""A git that writes, when mlvc is asked to end meanwhile."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from mlvc.registry.git import Git
from tests.project import Project


@pytest.mark.parametrize("how", ["write", "plumb"])
def test_no_git_is_at_work_any_more_after_an_interrupt(
    project: Project, tmp_path: Path, how: str
) -> None:
    begun = tmp_path / "begun"
    script = f"!echo $PPID > '{begun}.new'; mv '{begun}.new' '{begun}'; exec sleep 5"

    def interrupt() -> None:
        while not begun.exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    asking = threading.Thread(target=interrupt)
    asking.start()
    with pytest.raises(KeyboardInterrupt):
        getattr(Git(project.path), how)("-c", f"alias.slow={script}", "slow")
    asking.join()
    with pytest.raises(ProcessLookupError):
        os.kill(int(begun.read_text()), 0)
