"""`mlvc init`: make a Git repository ready. Idempotent, and it overwrites nothing."""

from mlvc.ops.starting.starting import Started, start

__all__ = ["Started", "start"]
