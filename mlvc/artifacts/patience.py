"""DVC's databases on a disk that fails: diskcache 5.6 tries for ever to begin a write there.

`Cache._transact(retry=True)`, which is what DVC's `cache[key] = value` comes to, takes any error
for another process that will soon be done. On a full disk none is, and DVC spins.

As a program it is `dvc` with that limited.
"""

import sys
from typing import Any

_MARK = "once_by_mlvc"


def limit() -> None:
    """Let DVC wait for another process as long as SQLite does, and then fail."""
    from dvc_data.hashfile.cache import Cache

    begun = Cache._transact  # noqa: SLF001 - there is no setting
    if hasattr(begun, _MARK):
        return

    def once(self: Cache, retry: bool = False, filename: str | None = None) -> Any:  # noqa: ARG001
        return begun(self, filename=filename)

    setattr(once, _MARK, True)
    Cache._transact = once  # noqa: SLF001


def main(words: list[str]) -> int:
    """Run `dvc` with these arguments; its exit code."""
    from dvc.cli import main as dvc

    limit()
    return int(dvc(words))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
