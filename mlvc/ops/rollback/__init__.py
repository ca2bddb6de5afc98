"""`mlvc rollback`: plan and prove the plan, prove every object, stage, swap, commit."""

from mlvc.ops.rollback.attempt import RolledBack
from mlvc.ops.rollback.perform import perform, rehearse
from mlvc.ops.rollback.planning import Chosen, choose, make_plan
from mlvc.ops.rollback.preflight import prepared
from mlvc.ops.rollback.request import Request

__all__ = [
    "Chosen",
    "Request",
    "RolledBack",
    "choose",
    "make_plan",
    "perform",
    "prepared",
    "rehearse",
]
