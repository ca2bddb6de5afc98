"""What a DVC remote has, byte by byte: read in a stream, and nothing is kept of it."""

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from typing import Any

from mlvc.artifacts.objects import split
from mlvc.artifacts.remote import Remote
from mlvc.artifacts.unreachable import READ


def spoilt_on_remote(
    remote: Remote, digests: Collection[str], progress: Callable[[int], None]
) -> set[str]:
    """Those of the objects, all of them on the remote, whose content there has another digest.

    As many are read at once as DVC fetches; `progress` is told how many are done. Raises
    `MlvcError` (MISSING) where the remote cannot be read.
    """
    with ExitStack() as ended:
        names = {split(digest)[0] for digest in digests}
        ends = {name: ended.enter_context(remote.asked(READ, name))[1] for name in names}
        pool = ThreadPoolExecutor(max((end.fs.jobs for end in ends.values()), default=1))
        # Where it is interrupted, what was not begun is not read.
        ended.callback(pool.shutdown, cancel_futures=True)
        asked = {pool.submit(_is_spoilt, ends[split(d)[0]], *split(d)): d for d in digests}
        spoilt = set()
        for done, future in enumerate(as_completed(asked), 1):
            if future.result():
                spoilt.add(asked[future])
            progress(done)
        return spoilt


def _is_spoilt(objects: Any, algorithm: str, value: str) -> bool:
    from dvc_data.hashfile.hash import file_md5

    found = file_md5(objects.oid_to_path(value), objects.fs, name=algorithm)
    return bool(found != value.removesuffix(".dir"))
