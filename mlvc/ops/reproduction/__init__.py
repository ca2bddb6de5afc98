"""`mlvc reproduce`: whether a release comes out again from its data."""

from mlvc.ops.reproduction.perform import How, Reproduced, reproduce

__all__ = ["How", "Reproduced", "reproduce"]
