"""What to do about objects that are missing or corrupt: it depends on whose they are."""

from collections.abc import Iterator
from contextlib import contextmanager

from mlvc.artifacts.objects import ObjectError


def brings(hint: str, release: str) -> str:
    """A hint about an object, with the name of a release that it is of."""
    return hint.replace(ObjectError.PULL, f"`mlvc pull --data {release}`")


@contextmanager
def of_release(release: str, then: str = "") -> Iterator[None]:
    """Let the hints of the block name that release; `then` is what else can be done."""
    try:
        yield
    except ObjectError as error:
        error.hint = brings(error.hint, release) + then
        raise


@contextmanager
def restoring(release: str) -> Iterator[None]:
    """The same where a release is restored, before anything is touched."""
    with of_release(release, " Or choose another release. Nothing was touched."):
        yield


@contextmanager
def of_head() -> Iterator[None]:
    """Let the hints of the block be about HEAD, which DVC itself fetches and pushes."""
    try:
        yield
    except ObjectError as error:
        fetch = error.hint.replace(ObjectError.PULL, "`dvc fetch`")
        error.hint = fetch.replace(ObjectError.PUSH, "`dvc push`")
        raise
