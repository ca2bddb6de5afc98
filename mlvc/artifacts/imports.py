"""Fetching what a `.dvc` file imports from another repository, at the revision it is pinned to."""

import os
import tempfile
from copy import deepcopy
from pathlib import Path
from typing import Any

from mlvc.artifacts import documents
from mlvc.artifacts.failures import explained, quiet
from mlvc.artifacts.store import Store
from mlvc.errors import Exit, MlvcError, naming


def source(data: bytes | None) -> dict[str, Any]:
    """Where an import comes from: all that its `.dvc` file says of the repository, but for when."""
    deps = (documents.plain(data) or {}).get("deps") or [{}]
    repo = deps[0].get("repo") or {}
    return {key: value for key, value in repo.items() if key not in ("rev", "rev_lock")}


def fetch(store: Store, path: str, data: bytes, what: str) -> None:
    """Bring into the cache what the `.dvc` file `path`, with this content, imports.

    Through DVC, with the workspace's configuration, in a folder of its own: so the file may be
    that of any revision. Nothing is proven here. Raises `MlvcError` (MISSING).
    """
    url = source(data).get("url", "")
    with tempfile.TemporaryDirectory(prefix="mlvc-import-") as scratch:
        root = Path(os.path.realpath(scratch))
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        with naming(root / path):
            (root / path).write_bytes(_absolute(data, store.root))
        (root / ".dvc").mkdir()
        (root / ".dvc" / "config").write_text(
            f"[core]\n    no_scm = true\n    site_cache_dir = {root}/.dvc/site\n"
        )
        try:
            with explained(f"fetching {what} from {url}"), quiet():
                from dvc.repo import Repo

                with Repo(str(root), config=deepcopy(store.settings)) as repo:
                    repo.fetch()
        except (MlvcError, OSError) as error:
            raise MlvcError(
                f"{what} is imported from {url!r}, which cannot be read: {error}",
                "Check the address and your access. Nothing was touched.",
                Exit.MISSING,
            ) from error


def _absolute(data: bytes, root: Path) -> bytes:
    """The same file, a folder that it names relative to the project named as it is."""
    document = documents.read(data, "an import")
    repo = document["deps"][0]["repo"]
    url = str(repo["url"])
    if "://" not in url and (root / url).exists():
        repo["url"] = str(root / url)
        return documents.write(document, data)
    return data
