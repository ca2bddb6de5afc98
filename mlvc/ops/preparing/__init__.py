"""`mlvc prepare`: trees of releases kept beside the live ones, so that going back is one rename."""

from mlvc.ops.preparing.dropping import Dropped, drop
from mlvc.ops.preparing.making import Prepared, prepare
from mlvc.ops.preparing.policy import after_release
from mlvc.ops.preparing.wanting import Wanted, wanted

__all__ = ["Dropped", "Prepared", "Wanted", "after_release", "drop", "prepare", "wanted"]
