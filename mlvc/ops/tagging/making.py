"""Making a release: the draft that says all, then the tag."""

from contextlib import suppress
from dataclasses import dataclass, replace

from mlvc.domain import lineage, release, trailers
from mlvc.domain.gate import Judgement
from mlvc.domain.names import format_release_tag
from mlvc.domain.release import Release
from mlvc.domain.verdict import Verdict
from mlvc.domain.version import Version, first
from mlvc.errors import Exit, MlvcError
from mlvc.ops.gating import gate_head
from mlvc.ops.lacking import of_head
from mlvc.ops.neighbours import refuse_shared_name
from mlvc.ops.project import Project
from mlvc.ops.recover import writing
from mlvc.ops.tagging import fitness
from mlvc.ops.tagging.before import released_before
from mlvc.ops.tagging.numbering import Subject, number
from mlvc.ops.tagging.request import Wanted, given, wanted_name
from mlvc.ops.tagging.writing import write
from mlvc.registry import commits, tags
from mlvc.workspace.durable import sync_filesystems


@dataclass(frozen=True)
class Tagged:
    """A release that was made, or would be. `reasons` explain its version.

    `own_commit` says that it gets an empty commit of its own, HEAD being a release already;
    `notes` what should be known besides.
    """

    release: Release
    reasons: tuple[str, ...]
    judgement: Judgement
    own_commit: bool
    made: bool
    notes: tuple[str, ...] = ()


def tag(project: Project, wanted: Wanted, *, dry_run: bool = False) -> Tagged:
    """Release HEAD; raises `MlvcError` where it is not fit to be released."""
    if dry_run:
        return _draft(project, wanted)
    with writing(project):
        draft = _draft(project, wanted)
        commits.check_identity(project.repo.git)
        made = write(project, draft.release, wanted.message, own_commit=draft.own_commit)
        # Git syncs files, but not the folders that their names are in.
        sync_filesystems([project.repo.common_dir])
        with suppress(OSError):
            fitness.remember(project, made)
        return replace(draft, release=made, made=True)


def _draft(project: Project, wanted: Wanted) -> Tagged:
    """The whole release but for the tag; raises `MlvcError` where HEAD is not fit for it."""
    fitness.refuse_unfinished(project)
    model, named = wanted_name(project, wanted)
    _refuse_given(project, model, named, wanted)
    refuse_shared_name(project, model)
    subject = _subject(project, model)
    content = _content(subject)
    fitness.refuse_same(subject.before.current, content, allowed=wanted.allow_same)
    with of_head():
        digest = fitness.prove_objects(project, subject.line)
    version, reasons = number(subject, named, wanted)
    name = _free(project, model, version)
    previous = subject.before.last
    judgement, metrics = gate_head(project, model, subject.before.good)
    override = _override(judgement, wanted.allow_failing)
    drafted = Release(
        model=model,
        version=version,
        commit=project.repo.head,
        tag=name,
        tagged_at=0,
        tagger="",
        message=wanted.message,
        path=subject.line.artifact.path,
        digest=digest,
        object=content,
        lineage_digest=lineage.lineage_digest(subject.snapshot, subject.line),
        previous=previous.name if previous else None,
        bump=reasons[0],
        metrics=metrics,
        verdict=judgement.verdict,
        override=override,
        signed=tags.signs(project.repo.git, asked=wanted.sign),
    )
    release.compose(drafted, wanted.message)  # refuses a message that cannot be written
    own_commit = _released_here(project, drafted)
    notes = _notes(project, name, own_commit=own_commit)
    return Tagged(drafted, reasons, judgement, own_commit, made=False, notes=notes)


def _notes(project: Project, name: str, *, own_commit: bool) -> tuple[str, ...]:
    """Where nothing but the tag keeps the commit: a commit of its own moves the branch, if any."""
    if project.repo.branch or (not own_commit and project.repo.is_on_a_branch(project.repo.head)):
        return ()
    return (f"HEAD is detached and the commit on no branch: `git branch NAME {name}` makes one",)


def _refuse_given(project: Project, model: str, named: Version | None, wanted: Wanted) -> None:
    """Refuse what can be told from the words alone, before any look at what is to be released."""
    project.settings()
    given(wanted.allow_failing)
    trailers.check_message(wanted.message)
    first(wanted.pre)
    if named is not None:
        _free(project, model, named)


def _subject(project: Project, model: str) -> Subject:
    """What is to be released, if it is committed, and what of that name was before."""
    with project.tags.meanwhile(model):  # which takes git about as long
        snapshot = project.snapshot(project.repo.head)
        line = lineage.lineage(snapshot.pipeline, lineage.find(snapshot.pipeline, model, "HEAD"))
        fitness.refuse_uncommitted(project, snapshot, line)
        fitness.refuse_untracked(snapshot, line)
    return Subject(project, snapshot, line, released_before(project, model))


def _content(subject: Subject) -> str:
    path = subject.line.artifact.path
    content = subject.snapshot.content(path)
    if content is None:
        raise MlvcError(
            f"{path} has never been made: neither dvc.lock nor Git knows it",
            "Run `dvc repro` (or `dvc add`), and commit.",
        )
    return content


def _override(judgement: Judgement, reason: str | None) -> str | None:
    """Why a failing model is released; refuses it where nobody says why."""
    said = given(reason)
    if judgement.verdict != Verdict.FAIL:
        return None
    if said is None:
        failed = [f.explanation for f in judgement.findings if f.verdict == Verdict.FAIL]
        raise MlvcError(
            f"the gate says FAIL: {'; '.join(failed)}",
            "Improve the model or change the gate; or say why it is released all the same:"
            " `--allow-failing REASON`.",
            Exit.GATE_FAIL,
        )
    return said


def _free(project: Project, model: str, version: Version) -> str:
    """The tag of a version; refuses one that is taken, and says which to choose."""
    name = format_release_tag(model, version)
    if tags.exists(project.repo.git, name):
        highest = max((t.version for t in project.release_tags(model)), default=version)
        raise MlvcError(
            f"{name} exists already",
            f"A release never moves: choose another version, such as {highest.raised('patch')}.",
        )
    return name


def _released_here(project: Project, drafted: Release) -> bool:
    return any(t.commit == drafted.commit for t in project.release_tags(drafted.model))
