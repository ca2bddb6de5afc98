"""Faults that somebody might write, each of which the sweep has to catch."""

from tests.crash import faulty
from tests.crash.planting import Fault

_TX = "mlvc.workspace.transaction"
_DISK = "mlvc.workspace.durable"
_JOURNAL, _MARKED = "mlvc.workspace.journal:write", "mlvc.ops.sharing.pushing:under_way"
_REC, _INDEX = "mlvc.ops.recover", "mlvc.registry.index:Index"
BACK, TAG = "rollback-lineage", "tag"
ALL = (
    Fault("dvc-checkout", "kill", BACK, ((f"{_TX}:apply", faulty.by_dvc),)),
    Fault(
        "two-renames", "kill", BACK, (("mlvc.workspace.exchange:exchange", faulty.in_two_renames),)
    ),
    Fault("in-place", "kill", BACK, (("mlvc.workspace.exchange:exchange", faulty.in_place),)),
    Fault("commit-before-swap", "cut", BACK, ((f"{_TX}:apply", faulty.nothing),)),
    Fault(
        "no-folder-sync",
        "cut",
        BACK,
        (
            (f"{_DISK}:sync_folder", faulty.nothing),
            (f"{_DISK}:sync_filesystems", faulty.files_only),
        ),
    ),
    Fault("no-syncfs", "cut", BACK, ((f"{_DISK}:sync_filesystems", faulty.nothing),)),
    Fault(
        "journal-not-synced",
        "cut",
        BACK,
        ((_JOURNAL, faulty.unsynced_journal),),
    ),
    Fault("journal-after-swap", "kill", BACK, ((_JOURNAL, faulty.late_journal),)),
    Fault("journal-cleared-early", "kill", BACK, ((f"{_REC}:_finish", faulty.clearing_first),)),
    Fault("no-lock", "meeting", BACK, (("mlvc.workspace.lock:locked", faulty.unlocked),)),
    # Without a lock the index of a commit is not put over the user's, so both have to fail.
    Fault(
        "no-index-lock",
        "meeting",
        BACK,
        ((f"{_INDEX}.hold", faulty.not_held), (f"{_INDEX}.publish", faulty.put_over_all)),
    ),
    Fault(
        "update-ref-over-all",
        "meeting",
        BACK,
        (("mlvc.registry.commits:move", faulty.over_anything),),
    ),
    Fault("strays-not-saved", "meeting", BACK, (("mlvc.ops.strays:save_old", faulty.giving([])),)),
    Fault("recover-disposes-first", "kill", BACK, ((f"{_TX}:undo", faulty.disposing_first),)),
    Fault(
        "recover-undoes-a-commit", "kill", BACK, ((f"{_REC}:_is_committed", faulty.giving(False)),)
    ),
    Fault("index-forgotten", "kill", BACK, ((f"{_INDEX}.publish", faulty.releasing),)),
    Fault("index-lock-unmarked", "kill", BACK, ((f"{_INDEX}.hold", faulty.unmarked),)),
    Fault("index-lock-left", "kill", BACK, ((f"{_INDEX}.release", faulty.nothing),)),
    Fault("ref-locks-left", "kill", BACK, (("mlvc.registry.stale_locks:remove", faulty.nothing),)),
    Fault("two-commits", "kill", BACK, (("mlvc.registry.commits:move", faulty.twice),)),
    Fault("hardlink-for-copy", "kill", BACK, (("mlvc.workspace.linking:_make", faulty.hardlinks),)),
    Fault(
        "force-saves-nothing",
        "kill",
        "rollback-force",
        (("mlvc.ops.rollback.saving:save", faulty.giving([])),),
    ),
    Fault(
        "head-not-synced",
        "cut",
        "rollback-branch",
        (("mlvc.registry.head:switch", faulty.by_git),),
    ),
    Fault(
        "git-not-synced",
        "cut",
        BACK,
        (("mlvc.registry.launching:OPTIONS", faulty.unsynced_git),),
    ),
    Fault(
        "signal-without-undo",
        "signal",
        BACK,
        (("mlvc.ops.rollback.attempt:settle", faulty.only_in_peace),),
        here=True,
    ),
    Fault("objects-not-proven", "refusal", BACK, (("mlvc.ops.reading:proof_of", faulty.unproven),)),
    Fault(
        "dirty-not-refused", "refusal", BACK, (("mlvc.ops.rollback.live:refuse", faulty.nothing),)
    ),
    Fault(
        "tag-not-proven",
        "refusal",
        TAG,
        (("mlvc.ops.tagging.fitness:prove_objects", faulty.giving("sha256:" + "0" * 64)),),
    ),
    Fault(
        "tag-not-synced",
        "cut",
        TAG,
        (
            ("mlvc.ops.tagging.making:sync_filesystems", faulty.nothing),
            ("mlvc.ops.tagging.fitness:remember", faulty.nothing),
        ),
        here=True,
    ),
    Fault(
        "evaluation-not-synced",
        "cut",
        "eval",
        (("mlvc.ops.evaluating:sync_filesystems", faulty.nothing),),
        here=True,
    ),
    Fault("tag-not-journaled", "kill", "tag-same", ((_JOURNAL, faulty.nothing),)),
    Fault("demotion-not-journaled", "kill", "demote", ((_JOURNAL, faulty.nothing),)),
    Fault(
        "names-before-objects",
        "kill",
        "push",
        (("mlvc.ops.sharing.pushing:deliver", faulty.giving(())),),
    ),
    Fault("renumbering-not-journaled", "kill", "push-renumbered", ((_JOURNAL, faulty.nothing),)),
    Fault("push-unmarked", "kill", "push-renumbered", ((_MARKED, faulty.unlocked),), here=True),
    Fault(
        "environment-not-taken-back",
        "kill",
        "rollback-env",
        (("mlvc.registry.tags:delete", faulty.nothing),),
    ),
    Fault(
        "what-is-needed-unknown",
        "kill",
        "gc",
        (("mlvc.ops.collecting.perform:with_files", faulty.giving(set())),),
    ),
    Fault("recover-forgets-first", "relapse", BACK, ((f"{_REC}:_undo", faulty.clearing_first),)),
    Fault(
        "failure-not-minded",
        "error",
        BACK,
        (("mlvc.ops.rollback.attempt:Attempt.run", faulty.never_minding),),
    ),
    Fault("reason-not-told", "error", "promote", (("mlvc.cli.output:error", faulty.nothing),)),
    Fault("slow-renames", "read", BACK, (("mlvc.workspace.exchange:exchange", faulty.slowly),)),
    Fault("no-lock-in-a-race", "race", BACK, (("mlvc.workspace.lock:locked", faulty.unlocked),)),
)
