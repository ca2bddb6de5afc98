"""Loading a tree's stages through DVC, without a checkout and without its configuration.

Only the small files that define stages are laid out in a scratch folder and DVC resolves them
there, so that templating, wildcards and defaults mean exactly what DVC means by them, while no
`.dvc/config` of an old revision is ever read.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from mlvc.artifacts.documents import blamed
from mlvc.artifacts.failures import explained
from mlvc.domain.pipeline import Artifact, Dependency, Origin, Output, Pipeline, Stage
from mlvc.errors import MlvcError, naming

if TYPE_CHECKING:
    from dvc.dependency import Dependency as DvcDependency
    from dvc.output import Output as DvcOutput
    from dvc.repo import Repo
    from dvc.stage import Stage as DvcStage

_NAMES = {"dvc.yaml", "dvc.lock", ".dvcignore"}
_SUFFIXES = {".dvc", ".yaml", ".yml", ".json", ".toml"}


def defining(paths: Iterable[str]) -> list[str]:
    """Those of a tree's paths that may define stages: pipelines, locks, parameters."""
    return [path for path in paths if _defines(PurePosixPath(path))]


def _defines(path: PurePosixPath) -> bool:
    if path.parts[0] == ".dvc":
        return False
    return path.name in _NAMES or path.suffix in _SUFFIXES or path.name == "params.py"


@contextmanager
def _named_from(root: Path) -> Iterator[None]:
    """Take the name of a scratch folder out of what DVC says of files in it."""
    try:
        yield
    except MlvcError as error:
        for name in (os.path.relpath(root), str(root)):
            error.message = error.message.replace(f"{name}/", "")
        raise


def load(files: Mapping[str, bytes], where: str) -> Pipeline:
    """The pipeline that `files` define; `where` names the tree in messages.

    Raises `MlvcError` when DVC cannot make sense of them.
    """
    with tempfile.TemporaryDirectory(prefix="mlvc-tree-") as scratch:
        root = Path(os.path.realpath(scratch))
        for path, data in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            with naming(root / path):
                (root / path).write_bytes(data)
        (root / ".dvc").mkdir()
        (root / ".dvc" / "config").write_text(
            f"[core]\n    no_scm = true\n    site_cache_dir = {root}/.dvc/site\n"
        )
        doing = f"the pipeline of {where} cannot be loaded"
        with _named_from(root), explained(doing), blamed(files.items(), where):
            from dvc.repo import Repo

            with Repo(str(root)) as repo:
                pipeline = _pipeline(repo, root)
            # Not in the scratch folder where DVC_SITE_CACHE_DIR is set.
            shutil.rmtree(repo.site_cache_dir, ignore_errors=True)
            return pipeline


def _pipeline(repo: "Repo", root: Path) -> Pipeline:
    metrics = _top_level_metrics(repo)
    stages = tuple(_stage(stage, root, metrics) for stage in repo.index.stages)
    artifacts = [
        Artifact(
            file=file,
            name=name,
            path=_join(PurePosixPath(file).parent, entry.path),
            raw={k: v for k, v in entry.to_dict().items() if v},
        )
        for file, entries in repo.artifacts.read().items()
        for name, entry in entries.items()
    ]
    return Pipeline(stages, tuple(artifacts))


def _top_level_metrics(repo: "Repo") -> frozenset[str]:
    """The paths that a `dvc.yaml` names below `metrics:` beside its stages, as DVCLive does."""
    from dvc.repo.metrics.show import _collect_top_level_metrics

    return frozenset(os.path.normpath(path) for path in _collect_top_level_metrics(repo))


def _join(folder: PurePosixPath, path: str) -> str:
    return os.path.normpath(folder / path)


def address(stage: "DvcStage", root: Path) -> str:
    """How DVC names a stage at the project's root, wherever we are."""
    return Stage(os.path.relpath(stage.path, root), getattr(stage, "name", None) or "").address


def _stage(stage: "DvcStage", root: Path, metrics: frozenset[str]) -> Stage:
    name = getattr(stage, "name", None) or ""
    params = [dep for dep in stage.deps if hasattr(dep, "params")]
    cmd = stage.cmd or ""
    return Stage(
        file=os.path.relpath(stage.path, root),
        name=name,
        key=name.split("@")[0],
        cmd=cmd if isinstance(cmd, str) else "\n".join(cmd),
        wdir=os.path.relpath(stage.wdir, root),
        deps=tuple(_dependency(dep, root) for dep in stage.deps if dep not in params),
        outs=tuple(_output(out, root, metrics) for out in stage.outs),
        params={_path(dep, root)[0]: _values(dep) for dep in params},
        whole=frozenset(_path(dep, root)[0] for dep in params if not dep.params),
        frozen=bool(stage.frozen),
        always_changed=bool(stage.always_changed),
        locked=not stage.changed_stage() and not any(dep.status() for dep in params),
        unsupported=next(filter(None, (_unsupported(out, root) for out in stage.outs)), ""),
    )


def _values(dep: Any) -> dict[str, Any]:
    # The present values, not those of the lock: a plan is about what will be in the files.
    present: dict[str, Any] = dep.read_params() if dep.fs.exists(dep.fs_path) else {}
    return present


def _path(item: "DvcDependency | DvcOutput", root: Path) -> tuple[str, bool]:
    """The path from the root, and whether it leads outside the project."""
    if item.protocol != "local":
        return str(item), True
    path = os.path.relpath(item.fs_path, root)
    outside = path.startswith("..")
    return (item.def_path if outside else path), outside


def _digest(item: "DvcDependency | DvcOutput") -> str | None:
    info = item.hash_info
    return f"{info.name}:{info.value}" if info and info.value else None


def _dependency(dep: "DvcDependency", root: Path) -> Dependency:
    path, outside = _path(dep, root)
    return Dependency(path, _digest(dep), outside)


def _output(out: "DvcOutput", root: Path, metrics: frozenset[str]) -> Output:
    path, outside = _path(out, root)
    return Output(
        path=path,
        digest=_digest(out),
        cached=bool(out.use_cache),
        persist=bool(out.persist),
        metric=bool(out.metric) or path in metrics,
        plot=bool(out.plot),
        external=outside,
        size=out.meta.size,
        files=out.meta.nfiles,
        executable=bool(out.meta.isexec),
        push=bool(out.can_push),
        origin=Origin(out.remote, _importer(out, root)),
    )


def _importer(out: "DvcOutput", root: Path) -> str:
    return os.path.relpath(out.stage.path, root) if out.stage.is_repo_import else ""


def _unsupported(out: "DvcOutput", root: Path) -> str:
    path, outside = _path(out, root)
    if outside:
        return f"output {path} lies outside the project"
    if out.meta.version_id or out.files:
        return f"output {path} is cloud-versioned"
    return ""
