"""The verbs that write, each on the repository that it starts from, and how it may end."""

import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.crash import forked, projects, shared
from tests.crash.outcome import Outcome, git, outcome
from tests.crash.places import Places, remove
from tests.crash.scans import Scan, scan
from tests.crash.tracer import GO, KILL, Call, Tracer
from tests.project import Project


@dataclass(frozen=True)
class Scenario:
    """`args` on the repository `begin`, scanned at `root`: it ends as `old` or as `new`."""

    name: str
    args: tuple[str, ...]
    root: Path
    begin: Scan
    old: Outcome
    new: Outcome
    status: str
    precious: tuple[bytes, ...] = ()

    @property
    def lasts(self) -> bool:
        """Whether a power cut may take nothing of it back: what `gc` has removed may be there."""
        return self.name != "gc"

    def again(self, root: Path) -> forked.Act:
        """Its command, in a copy."""
        act = forked.verb(root, *self.args)
        return forked.in_two(act) if self.name == BESIDE else act

    def ends(self, now: Outcome) -> tuple[Outcome, ...]:
        """How it may end, of which `now` is one or not.

        What goes step by step may have done some of them.
        """
        some = (now.mixed(self.old, self.new),) if self.name in STEPWISE else ()
        return (self.old, self.new, *some)

    def quietly(self, root: Path) -> forked.Act:
        """The same with its output nowhere; for a child only."""
        return forked.silent(self.again(root))


BESIDE = "rollback-beside"
"""The one whose few files are shared with a second process, as many would be."""
STEPWISE = ("push", "push-renumbered", "gc")
Change = Callable[[Project], None]
PRECIOUS = (b"echo mine\n", b"echo mine again\n", b"a model of mine\n", b"a file of mine\n")


def _release_two(project: Project) -> None:
    projects.train(project, "3.0")
    projects.disturb(project)


def _untracked(project: Project) -> None:
    project.write("mine.txt", "untracked\n")


def _prepared(project: Project) -> None:
    projects.disturb(project)
    forked.done(forked.verb(project.path, *PREPARE))


def _with_spare(project: Project) -> None:
    """The tree of a third version is spare: it has half of the files that the first one needs."""
    projects.train(project, "3.0")
    forked.done(forked.verb(project.path, "rollback", "model@v0.2.0"))
    projects.disturb(project)


def _promoted(project: Project) -> None:
    """Production had the first release, and has the second."""
    for version in ("0.1.0", "0.2.0"):
        forked.done(forked.verb(project.path, "promote", f"model@v{version}", "production"))
    projects.disturb(project)


def _meddled(project: Project) -> None:
    projects.disturb(project)
    projects.meddle(project)


def _other_outputs(project: Project) -> None:
    """HEAD has an output that the release has not, and has not one that it has."""
    pipeline = (project.path / "dvc.yaml").read_text()
    project.write("dvc.yaml", pipeline.replace("      - encoder\n", "      - extra/made.bin\n"))
    project.write("train.sh", projects.TRAIN_OTHERWISE)
    shutil.rmtree(project.path / "encoder")
    projects.train(project, "3.0")
    projects.disturb(project)


def _killed_before(project: Project) -> None:
    """A rollback is killed with all outputs swapped, and the branch about to move."""
    projects.disturb(project)
    _kill(project, lambda paths: ".git/refs/heads/main.lock" in paths)


def _killed_after(project: Project) -> None:
    """One that is killed at its next change after the branch has moved."""
    projects.disturb(project)
    moving = [False]

    def moved(paths: tuple[str, ...]) -> bool:
        done, moving[0] = moving[0], moving[0] or ".git/refs/heads/main" in paths
        return done

    _kill(project, moved)


def _kill(project: Project, when: Callable[[tuple[str, ...]], bool]) -> None:
    git(project.path, "update-index", "-q", "--refresh")

    def visit(call: Call) -> int:
        return KILL if when(call.paths) else GO

    code = Tracer(project.path, visit).run(forked.silent(forked.verb(project.path, *BACK)))
    assert code == -signal.SIGKILL, f"the rollback ended with {code} before it was killed"


BACK, RECOVER = ("rollback", "model@v0.1.0"), ("recover",)
PREPARE = ("prepare", "model@v0.1.0")
BACK_THERE = (*BACK, "--env", "production")
LINKS = ("cache.type hardlink",)
# name: what the cache is told, what happens before, the command
TABLE: dict[str, tuple[tuple[str, ...], Change, tuple[str, ...]]] = {
    "tag": ((), _release_two, ("tag", "model@0.3.0")),
    "tag-same": ((), projects.disturb, ("tag", "model@0.3.0", "--allow-same")),
    "eval": ((), projects.disturb, ("eval", "model@v0.1.0")),
    "rollback-lineage": ((), projects.disturb, BACK),
    "rollback-artifact": ((), projects.disturb, (*BACK, "--scope", "artifact")),
    "rollback-tree": ((), _untracked, (*BACK, "--scope", "tree")),
    "rollback-hardlink": (LINKS, projects.disturb, BACK),
    BESIDE: (LINKS, projects.disturb, BACK),
    "rollback-prepared": (LINKS, _prepared, BACK),
    "rollback-spare": (LINKS, _with_spare, BACK),
    "rollback-force": ((), _meddled, (*BACK, "--force")),
    "rollback-branch": ((), projects.disturb, (*BACK, "--branch", "mended")),
    "rollback-outputs": ((), _other_outputs, BACK),
    "rollback-env": ((), _promoted, BACK_THERE),
    "rollback-env-tag": ((), _promoted, (*BACK_THERE, "--tag-only")),
    "promote": ((), projects.disturb, ("promote", "model@v0.2.0", "production")),
    "demote": ((), _promoted, ("demote", "model#production")),
    "push": (shared.CONFIG, shared.connect, ("push",)),
    "push-renumbered": (shared.CONFIG, shared.overtake, ("push",)),
    "gc": (shared.CONFIG, shared.litter, ("gc", "--remote", "--grace", "0", "--yes")),
    "prepare": (LINKS, projects.disturb, PREPARE),
    "recover-undo": ((), _killed_before, RECOVER),
    "recover-finish": ((), _killed_after, RECOVER),
}


@dataclass
class World:
    """Builds what a scenario starts from, once."""

    places: Places
    _built: dict[tuple[str, ...], tuple[Path, Scan]] = field(default_factory=dict)

    def scenario(self, name: str) -> Scenario:
        """One of the table, ready to be run on copies."""
        config, change, args = TABLE[name]
        base, found = self._base(config)
        root = self.places.laid_out(found, base)
        change(Project(root))
        git(root, "update-index", "-q", "--refresh")
        begin = scan(root)
        precious = PRECIOUS if change is _meddled else ()
        old = self._before(name, root)
        draft = Scenario(name, args, root, begin, old, old, "", precious)
        return self._with_end(draft)

    def _before(self, name: str, root: Path) -> Outcome:
        """As it is; where a rollback was killed, its other end than the one `recover` goes to."""
        if not name.startswith("recover"):
            return outcome(root)
        killed = self.scenario("rollback-lineage")
        return killed.new if name == "recover-undo" else killed.old

    def _base(self, config: tuple[str, ...]) -> tuple[Path, Scan]:
        if config not in self._built:
            root = self.places.fresh()
            projects.build(root, *config)
            self._built[config] = root, scan(root)
        return self._built[config]

    def _with_end(self, draft: Scenario) -> Scenario:
        """What an undisturbed run, of a mlvc without a planted fault, leaves."""
        copy = self.places.laid_out(draft.begin, draft.root)
        faults, forked.FAULTS[:] = forked.FAULTS[:], []
        forked.done(draft.again(copy))
        forked.FAULTS[:] = faults
        new, status = outcome(copy), forked.done(forked.dvc(copy, "status"))
        remove(copy)
        return replace(draft, new=new, status=status)
