"""The settings of params.yaml, remembered: checking them loads a library of a tenth of a second."""

import hashlib
from typing import TYPE_CHECKING

from mlvc import __version__
from mlvc.domain import settings_text
from mlvc.domain.settings import Settings
from mlvc.domain.snapshot import SETTINGS

if TYPE_CHECKING:
    from mlvc.workspace.memo import Memo

_READING = 3  # raised where the same section comes to mean something else, or is kept otherwise


def configured(memo: "Memo", data: bytes | None) -> Settings:
    """The settings in the bytes of a params.yaml; None where there is no such file.

    Only what was found right is remembered. Raises `MlvcError` that names the first mistake.
    """
    edition = f"{__version__}:{_READING}:".encode()
    key = f"settings:{hashlib.sha256(edition + (data or b'')).hexdigest()}"
    if text := memo.note(key):
        return settings_text.decode(text)
    found = _checked(data)
    memo.write_note(key, settings_text.encode(found))
    return found


def _checked(data: bytes | None) -> Settings:
    from mlvc.artifacts import documents
    from mlvc.domain import config

    document = documents.plain(data)
    if document is None:
        # What is no YAML, or too much of it for the quick reader, must not pass for no settings.
        document = documents.read(data, "params.yaml")
    else:
        documents.refuse_twice(data or b"", "params.yaml", SETTINGS)
    return config.load(document.get(SETTINGS) if isinstance(document, dict) else None)
