"""`mlvc promote`, `demote` and `environments`: which release is in use where."""

from mlvc.ops.promoting.places import Place, environments
from mlvc.ops.promoting.putting import Promoted, Wanted, promote
from mlvc.ops.promoting.taking import Demoted, demote

__all__ = ["Demoted", "Place", "Promoted", "Wanted", "demote", "environments", "promote"]
