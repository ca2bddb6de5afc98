"""The environment that git, dvc and stages run in."""

import os
import re
from collections.abc import Mapping

from mlvc.errors import MlvcError

# Who and when, how to reach remotes, which configuration: the user's to set.
# All else named GIT_* (GIT_DIR, GIT_INDEX_FILE …) is what a hook inherits, and would beat `-C`.
_KEPT = (
    "GIT_AUTHOR_",
    "GIT_COMMITTER_",
    "GIT_SSH",
    "GIT_ASKPASS",
    "GIT_SSL_",
    "GIT_HTTP_",
    "GIT_PROXY_",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_KEY_",
    "GIT_CONFIG_VALUE_",
    "GIT_CEILING_DIRECTORIES",
    "GIT_EXEC_PATH",
    "GIT_TERMINAL_PROMPT",
    "GIT_ALLOW_PROTOCOL",
)

_POINTERS = {"GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR"}

# What a stage of an old revision has no business to read.
_WITHHELD = (
    r"TOKEN(?!IZ)|SECRET|PASSWORD|PASSWD|PASSPHRASE|PASSFILE|CREDENTIAL|CONNECTION_STRING|COOKIE"
    r"|(_|^)(API|ACCESS|ACCOUNT|PRIVATE|SIGNING|ENCRYPTION|SSH|STORAGE)_?KEY|_KEY$|_PAT$|_AUTH$"
    r"|^AWS_|^SSH_AUTH_SOCK$|_ASKPASS$|^GIT_CONFIG_(COUNT|KEY_|VALUE_)|^NETRC$"
)


def scrubbed(environ: Mapping[str, str]) -> dict[str, str]:
    """`environ` without the variables that point git at another repository or index."""
    return {k: v for k, v in environ.items() if not k.startswith("GIT_") or k.startswith(_KEPT)}


def without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """`environ` without variables whose names speak of tokens, keys or passwords.

    `GIT_CONFIG_*` too: that is how continuous integration hands git its authorization header.
    """
    secret = re.compile(_WITHHELD, re.IGNORECASE)
    return {name: value for name, value in environ.items() if not secret.search(name)}


def refuse_pointers() -> None:
    """Refuse variables that send git elsewhere: GitPython passes the whole environment on."""
    # GitPython can only set variables. The command line scrubs the process's own environment at
    # its start; this is the check that a caller of the library has done so too.
    kept = scrubbed(os.environ)
    stray = sorted(k for k in os.environ if k not in kept and k in _POINTERS)
    if stray:
        raise MlvcError(
            f"{', '.join(stray)} is set and would send git to another repository",
            "Unset it, or use the command line, which does so itself.",
        )
