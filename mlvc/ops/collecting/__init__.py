"""`mlvc gc`: remove the objects that nothing needs."""

from mlvc.ops.collecting.perform import Collection, Emptied, Request, collect

__all__ = ["Collection", "Emptied", "Request", "collect"]
