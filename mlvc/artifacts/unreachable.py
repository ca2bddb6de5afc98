"""Why a remote fails, in one line without secrets: each cloud's library raises kinds of its own."""

import errno
import os
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mlvc.errors import Exit, MlvcError

READ, SEND = "cannot be read", "does not take what is sent"
CLEAR = "cannot be cleared"
_NOWHERE = "there is no such place"
_ONCE_MORE = "then run again."
_AGAIN = "then run again: what has arrived stays."
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}
# By the names of exceptions, codes and statuses, since no cloud's library need be installed.
_KINDS = (
    (
        "it is full",
        re.compile(
            r"quota|insufficient.?storage|storage.?full|no space|\b(507|413)\b", re.IGNORECASE
        ),
        f"Make room there, or have the quota raised, {_AGAIN}",
    ),
    (
        "access is denied",
        re.compile(
            r"credential|denied|forbidden|unauthori|permission|expiredtoken|accesskey|signature"
            r"|authent|refresherror|hostkey|\b(401|403|407)\b",
            re.IGNORECASE,
        ),
        f"Check the key, password or token that DVC is given for it, {_AGAIN}",
    ),
    (
        "it does not answer as it should",
        re.compile(
            r"connect|timeout|timed out|gaierror|payload|incomplete|eof|reset|broken ?pipe"
            r"|\b(408|429|50\d)\b",
            re.IGNORECASE,
        ),
        f"See that its address is right (`dvc remote list`) and that it can be reached, {_AGAIN}",
    ),
    (
        _NOWHERE,
        re.compile(r"filenotfound|no ?such|not ?found|notadirectory|\b404\b", re.IGNORECASE),
        "Make it, or mend its address (`dvc remote list`), then run again.",
    ),
)
_OTHERWISE = f"Check `dvc remote list`, your access and the space there, {_AGAIN}"

_SECRET_OPTION = re.compile(
    r"password|passphrase|secret|token|key|credential|connection_string|sas"
)
_SECRET_VARIABLE = re.compile(r"SECRET|TOKEN|PASSWORD|ACCESS_KEY|SAS|CREDENTIAL")
_IN_ADDRESS = re.compile(r"(?<=://)[^/\s@'\"]*@|\?[^\s'\")\]]*")
_SHORTEST = 4  # shorter ones would be found in any text
_LONGEST = 200


@contextmanager
def reached(name: str, failing: str, settings: Mapping[str, Any], cache: Path) -> Iterator[None]:
    """Say why remote `name` fails: it `cannot be read` or so, and has these `settings` in DVC.

    Raises `MlvcError`: MISSING, or REFUSED where it is this machine that fails, or lacks a library.
    """
    from diskcache import Timeout
    from dvc.exceptions import DvcException
    from dvc_objects.fs.errors import RemoteMissingDepsError

    try:
        yield
    except (MlvcError, Timeout, sqlite3.Error):
        raise  # not of the remote
    except (ImportError, RemoteMissingDepsError) as error:
        raise _lacking_library(name, str(settings.get("url")).partition("://")[0]) from error
    except (DvcException, ValueError) as error:
        said = spoken(error, settings)
        raise MlvcError(
            f"remote {name!r} {failing}: DVC says {said}", "See `dvc remote list`, and mend it."
        ) from error
    except Exception as error:  # each cloud raises its own kinds
        if isinstance(error, OSError) and _is_here(error, failing, cache):
            raise MlvcError(
                f"the cache in {cache} fails: {error.strerror or error}",
                "Make room, or see whose it is, then run again. Nothing was touched.",
            ) from error
        why, hint = _kind(error)
        if failing == CLEAR:
            hint = hint.replace(_AGAIN, _ONCE_MORE)
        said = spoken(error, settings)
        raise MlvcError(
            f"remote {name!r} {failing}: {f'{why} ({said})' if why else said}", hint, Exit.MISSING
        ) from error


def spoken(error: BaseException, settings: Mapping[str, Any]) -> str:
    """What an exception says, in one line of bounded length; no key, password or signed address."""
    said = " ".join(str(error).split()) or type(error).__name__
    said = _IN_ADDRESS.sub("", said)
    hidden = [str(value) for option, value in settings.items() if _SECRET_OPTION.search(option)]
    hidden += [value for option, value in os.environ.items() if _SECRET_VARIABLE.search(option)]
    for secret in sorted(hidden, key=len, reverse=True):
        if len(secret) >= _SHORTEST:
            said = said.replace(secret, "***")
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"


def is_absence(error: BaseException) -> bool:
    """Whether an exception says that a file is not there, and not that this could not be found out.

    fsspec says `FileNotFoundError` of HTTP whatever has happened.
    """
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        return False
    cause = error.__cause__
    return cause is None or _kind(cause)[0] in ("", _NOWHERE)


def _kind(error: BaseException) -> tuple[str, str]:
    """What kind of failure it is, empty where that is not known, and what to do."""
    told = " ".join(_told(error))
    for why, words, hint in _KINDS:
        if words.search(told):
            return why, hint
    return "", _OTHERWISE


def _told(error: BaseException) -> Iterator[str]:
    """All that an exception and those that led to it say of their kind."""
    seen: BaseException | None = error
    while seen is not None:
        yield from (kind.__name__ for kind in type(seen).__mro__[:-2] if kind is not OSError)
        response = getattr(seen, "response", None)
        if isinstance(response, dict):  # botocore
            yield str(response.get("Error", {}).get("Code"))
            yield str(response.get("ResponseMetadata", {}).get("HTTPStatusCode"))
        yield from (str(getattr(seen, name, "")) for name in ("status", "code", "strerror"))
        yield _IN_ADDRESS.sub("", str(seen)) if not response else ""
        seen = seen.__cause__ or seen.__context__


def _is_here(error: OSError, failing: str, cache: Path) -> bool:
    """Whether it is the cache that fails, and not the remote."""
    if failing == READ and error.errno in _FULL:
        return True
    return str(error.filename or "").startswith(f"{cache}{os.sep}")


def _lacking_library(name: str, protocol: str) -> MlvcError:
    extra = {"s3": "mlvc[s3]", "gs": "mlvc[gs]", "ssh": "mlvc[ssh]"}.get(
        protocol, f"dvc-{protocol}"
    )
    return MlvcError(
        f"remote {name!r} is on {protocol}, for which a library is missing here",
        f"Install it: `pip install '{extra}'`.",
    )
