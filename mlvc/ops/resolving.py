"""Pipelines resolved by DVC, and remembered: loading one through DVC takes a third of a second."""

import hashlib
import json
from collections.abc import Mapping

from mlvc.artifacts import encoding, loading
from mlvc.artifacts.store import Store
from mlvc.domain.pipeline import Pipeline
from mlvc.registry.repository import Repository
from mlvc.registry.trees import algorithm
from mlvc.workspace.memo import Memo


class Resolver:
    """Resolves what defines stages, in commits and in edits of them."""

    def __init__(self, repo: Repository, store: Store, memo: Memo) -> None:
        self._repo, self._store, self._memo = repo, store, memo

    def resolve(self, files: Mapping[str, str | bytes], where: str) -> Pipeline:
        """The pipeline that files define, by path the id of a blob or the content itself.

        Those that define no stages are left out. `where` names the tree in messages. Raises
        `MlvcError` when DVC cannot make sense of it.
        """
        wanted = {path: files[path] for path in loading.defining(files)}
        key = self._key(wanted)
        text = self._memo.note(key)
        if text is not None:
            return encoding.decode(text)
        pipeline = loading.load(self._read(wanted), where)
        if encoded := encoding.encode(pipeline):
            self._memo.write_note(key, encoded)
        return pipeline

    def _read(self, files: Mapping[str, str | bytes]) -> dict[str, bytes]:
        blobs = self._repo.blobs(blob for blob in files.values() if isinstance(blob, str))
        return {p: blobs[f] if isinstance(f, str) else f for p, f in files.items()}

    def _key(self, files: Mapping[str, str | bytes]) -> str:
        """Stands for all that decides what DVC makes of the files, and what is remembered of it."""
        rows = sorted((p, f if isinstance(f, str) else self._id(f)) for p, f in files.items())
        text = json.dumps([encoding.FORM, self._store.setup.identity, rows])
        return f"pipeline:{hashlib.sha256(text.encode('utf-8', 'surrogateescape')).hexdigest()}"

    def _id(self, data: bytes) -> str:
        """The id that Git would give the bytes, so that a commit of them is found again."""
        made = hashlib.new(algorithm(self._repo.head), usedforsecurity=False)
        made.update(b"blob %d\0" % len(data) + data)
        return made.hexdigest()
