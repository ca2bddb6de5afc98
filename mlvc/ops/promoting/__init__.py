"""`mlvc promote`, `demote` and `environments`: which release is in use where."""

from mlvc.ops.promoting.going_back import going_back, refuse_elsewhere, seen_from
from mlvc.ops.promoting.places import Place, environments
from mlvc.ops.promoting.putting import Promoted, Wanted, promote
from mlvc.ops.promoting.returning import Return, put_back
from mlvc.ops.promoting.taking import Demoted, demote

__all__ = [
    "Demoted",
    "Place",
    "Promoted",
    "Return",
    "Wanted",
    "demote",
    "environments",
    "going_back",
    "promote",
    "put_back",
    "refuse_elsewhere",
    "seen_from",
]
