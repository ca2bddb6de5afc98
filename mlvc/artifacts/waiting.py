"""How long a remote that does not answer is waited for.

DVC hands on what its configuration says; beyond that each library tries again and again: s3fs
five times what botocore tries five times, a minute each, which makes 25. What a user has configured
is left as it is.
"""

import os
import sys
from collections.abc import Callable
from typing import Any

CONNECT, READ = 10, 30  # seconds; of silence, not of a transfer
_ALIVE = 15  # seconds between signs of life


def opened(open_it: Callable[[], Any]) -> Any:
    """A store of DVC's objects that gives up after two to four minutes of silence.

    On S3, Google Cloud Storage, SSH and HTTP; others wait as long as their library does.
    """
    # Or gcsfs asks first, through gRPC and for a minute, of which kind the bucket is.
    os.environ.setdefault("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false")
    store = open_it()
    limits = {"s3": _s3, "gs": _gs, "ssh": _ssh, "http": _http, "https": _http}
    if store.fs.protocol in limits:
        limits[store.fs.protocol](store.fs)
    return store


def _s3(fs: Any) -> None:
    said = fs.fs_args.setdefault("config_kwargs", {})
    said.setdefault("connect_timeout", CONNECT)
    said.setdefault("read_timeout", READ)
    if "AWS_MAX_ATTEMPTS" not in os.environ:
        said.setdefault("retries", {"total_max_attempts": 2, "mode": "standard"})
    fs.fs.retries = 2


def _gs(fs: Any) -> None:
    from aiohttp import ClientTimeout

    limits = ClientTimeout(total=None, sock_connect=CONNECT, sock_read=READ)
    fs.fs_args.setdefault("requests_timeout", limits)


def _ssh(fs: Any) -> None:
    if "timeout" not in fs.config:
        fs.fs_args["timeout"] = READ
    fs.fs_args.setdefault("keepalive_interval", _ALIVE)
    if not sys.stdin or not sys.stdin.isatty():  # nobody is there to be asked for another password
        from asyncssh import SSHClient

        fs.fs_args["client_factory"] = SSHClient


def _http(fs: Any) -> None:
    for option, seconds in (("connect_timeout", CONNECT), ("read_timeout", READ)):
        if option not in fs.config:
            fs.fs_args["client_kwargs"][option] = seconds
    fs.SESSION_RETRIES = 3  # of each of two ways to ask
