"""Splicing one model's lineage from an old tree's DVC files into those of HEAD.

Pure: bytes in, bytes out. Whether the result means what it should is not decided here: the plan is
proven by loading it.
"""

import os
import re
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from mlvc.artifacts import blocks, documents, forms
from mlvc.domain.pipeline import Stage
from mlvc.domain.snapshot import SETTINGS

Document = dict[str, Any]
_VARIABLE = re.compile(r"\$\{\s*([A-Za-z_][\w.]*)")


class Take(NamedTuple):
    """What of one `dvc.yaml` to take from the old tree, and what of HEAD's to drop.

    `keys` and `dropped` are entries of `stages:`; `locked` and `unlocked` are names in `dvc.lock`,
    which differ for generated stages (`train@a`). `whole` are those of them that track a whole
    parameter file.
    """

    keys: frozenset[str] = frozenset()
    dropped: frozenset[str] = frozenset()
    locked: frozenset[str] = frozenset()
    unlocked: frozenset[str] = frozenset()
    artifacts: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    variables: bool = False


def pipeline(head: bytes | None, old: bytes | None, take: Take, path: str) -> bytes | None:
    """HEAD's `dvc.yaml` with the old tree's stages; None where nothing is left of it."""

    def splice(new: Document, source: Document) -> bool:
        changed = _sections(new, source, "stages", take.keys, take.dropped - take.keys)
        changed |= _sections(new, source, "artifacts", take.artifacts, take.artifacts)
        if take.variables:
            changed |= documents.copy_keys(new, source, ["vars"])
        return changed

    new, done = _spliced(head, old, splice, path)
    if new is None:
        return done
    return _kept(head, old, take, documents.write(new, head or old)) if new else None


def _spliced(
    head: bytes | None,
    old: bytes | None,
    splice: Callable[[Document, Document], bool],
    path: str,
    *,
    altered: bool = False,
) -> tuple[Document | None, bytes | None]:
    """A splice as a document to be written; None, and the text that it is, where that is there.

    `altered` says that `splice` changes its source, too, which `old` is not then.
    """
    if not altered and (done := head if head == old else forms.either(head, old, splice)):
        return None, done
    new, source = documents.read(head, path), documents.read(old, path)
    if not splice(new, source):
        return None, head
    return (None, old) if new == source and not altered else (new, None)


def _kept(head: bytes | None, old: bytes | None, take: Take, written: bytes) -> bytes:
    """The same document with HEAD's lines wherever nothing changed, if that can be had."""
    text = head
    for section, names in (("stages", take.keys | take.dropped), ("artifacts", take.artifacts)):
        changed = _changed(text, written, section) & names
        if text and old and changed:
            text = blocks.replaced(text, old, section, changed)
    return text if text and documents.plain(text) == documents.plain(written) else written


def _changed(one: bytes | None, other: bytes, section: str) -> set[str]:
    here, there = ((documents.plain(text) or {}).get(section) or {} for text in (one, other))
    return {name for name in here.keys() | there.keys() if here.get(name) != there.get(name)}


def lock(
    head: bytes | None, old: bytes | None, take: Take, path: str, settings: object
) -> bytes | None:
    """HEAD's `dvc.lock` with the old tree's entries.

    `settings` is HEAD's `mlvc:` section: where an entry tracks `params.yaml` as a whole, that
    section stays HEAD's in the lock, as it does in the file.
    """

    def splice(new: Document, source: Document) -> bool:
        for name in take.whole & take.locked:
            _keep_settings(source["stages"][name], settings)
        if "schema" in source:
            new.setdefault("schema", source["schema"])
        return _sections(new, source, "stages", take.locked, take.unlocked - take.locked)

    new, done = _spliced(head, old, splice, path, altered=bool(take.whole))
    if new is None:
        return done
    return documents.write(new, head or old) if new.get("stages") else None


def _keep_settings(entry: dict[str, Any], settings: object) -> None:
    for file, values in entry.get("params", {}).items():
        if file.split("/")[-1] == "params.yaml":
            values.pop(SETTINGS, None)
            if settings is not None:
                values[SETTINGS] = settings


def output(head: bytes | None, old: bytes | None, stage: Stage, out: str, path: str) -> bytes:
    """HEAD's `dvc.lock` with the entry of one output as in the old tree."""
    new, source = documents.read(head, path), documents.read(old, path)
    wdir = PurePosixPath(stage.wdir)
    entry = next(
        row for row in source["stages"][stage.name]["outs"] if _joined(wdir, row["path"]) == out
    )
    rows = new["stages"][stage.name]["outs"]
    rows[:] = [entry if _joined(wdir, row["path"]) == out else row for row in rows]
    return documents.write(new, head)


def _joined(folder: PurePosixPath, path: str) -> str:
    return os.path.normpath(folder / path)


def parameters(
    head: bytes | None, old: bytes | None, keys: Iterable[str], path: str
) -> bytes | None:
    """HEAD's parameter file with the old values of those keys; where it has none, the old one."""
    if head is None:
        return whole_parameters(head, old, path)
    names = sorted(keys)
    new, done = _spliced(head, old, lambda new, old: documents.copy_keys(new, old, names), path)
    return done if new is None else documents.write(new, head or old)


def whole_parameters(head: bytes | None, old: bytes | None, path: str) -> bytes | None:
    """The old parameter file, with HEAD's `mlvc:` section."""
    new = documents.read(old, path)
    if not documents.copy_keys(new, documents.read(head, path), [SETTINGS]):
        return old
    return documents.write(new, old)


def variables(text: bytes | None, keys: Iterable[str], path: str) -> set[str]:
    """The names that the `${…}` of those stages speak of."""
    if b"${" not in (text or b""):
        return set()
    stages = documents.read(text, path).get("stages", {})
    raw = "\n".join(str(stages[key]) for key in keys if key in stages)
    return set(_VARIABLE.findall(raw))


def _sections(
    new: Document,
    source: Document,
    section: str,
    names: Iterable[str],
    dropped: Iterable[str],
) -> bool:
    have, wanted = new.get(section) or {}, source.get(section) or {}
    changed = False
    for name in sorted(names):
        if name in wanted and have.get(name) != wanted[name]:
            new.setdefault(section, {})[name] = wanted[name]
            changed = True
    for name in sorted(set(dropped) - set(wanted)):
        if name in have:
            del new[section][name]
            changed = True
    if section in new and not new[section]:
        del new[section]
    return changed
