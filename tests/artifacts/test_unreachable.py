"""What is said of a remote that fails: one line, the kind of failure, and no secret."""

from pathlib import Path

import pytest
from dvc_objects.fs.errors import RemoteMissingDepsError

from mlvc.artifacts.unreachable import READ, SEND, is_absence, reached
from mlvc.errors import Exit, MlvcError


class NoCredentialsError(Exception):
    """As botocore calls it."""


class AnsweredError(Exception):
    """As aiohttp and gcsfs tell a status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"https://ada:hidden@host/x?X-Amz-Signature=hidden says\n{status}")
        self.status = status


def told(error: Exception, failing: str = SEND, **settings: str) -> MlvcError:
    with (
        pytest.raises(MlvcError) as caught,
        reached("cloud", failing, settings, Path("/cache")),
    ):
        raise error
    assert "\n" not in caught.value.message and "hidden" not in caught.value.message
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (AnsweredError(507), "it is full (https://host/x says 507)"),
        (OSError(28, "No space left on device", "/remote/a"), "it is full"),
        (AnsweredError(401), "access is denied"),
        (PermissionError("Forbidden"), "access is denied (Forbidden)"),
        (NoCredentialsError(), "access is denied"),
        (AnsweredError(503), "it does not answer as it should"),
        (TimeoutError(), "it does not answer as it should (TimeoutError)"),
        (FileNotFoundError("The specified bucket does not exist"), "there is no such place"),
        (RuntimeError("the key is hidden in it"), "sent: the key is *** in it"),
    ],
)
def test_each_kind_of_failure_is_named(error: Exception, why: str) -> None:
    done = told(error, password="hidden")
    assert done.message.startswith("remote 'cloud' does not take what is sent: ")
    assert why in done.message
    assert done.code == Exit.MISSING


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), PermissionError(13, "No", "/cache/files/a")]
)
def test_a_cache_that_fails_is_not_taken_for_the_remote(error: OSError) -> None:
    done = told(error, READ)
    assert done.message.startswith("the cache in /cache fails: ")
    assert done.code == Exit.REFUSED


@pytest.mark.parametrize(("protocol", "what"), [("s3", "mlvc[s3]"), ("oss", "dvc-oss")])
def test_a_missing_library_is_named_with_the_command_that_brings_it(
    protocol: str, what: str
) -> None:
    for error in (RemoteMissingDepsError(None, protocol, "", []), ImportError("no dvc-x")):  # type: ignore[arg-type]
        done = told(error, url=f"{protocol}://bucket/x")
        assert done.hint == f"Install it: `pip install '{what}'`."
        assert done.code == Exit.REFUSED


def test_what_could_not_be_found_out_is_no_absence() -> None:
    for status in (401, 503):
        error = FileNotFoundError("https://host/x")
        error.__cause__ = AnsweredError(status)
        assert not is_absence(error)
        error.__cause__ = AnsweredError(404)
        assert is_absence(error)
    assert is_absence(NotADirectoryError())
    assert not is_absence(PermissionError())
