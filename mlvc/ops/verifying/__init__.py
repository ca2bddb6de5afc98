"""`mlvc verify`: whether every release is there and intact."""

from mlvc.ops.verifying.perform import Scope, verify

__all__ = ["Scope", "verify"]
