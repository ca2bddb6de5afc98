"""`mlvc get`: one released artifact, proven, from here or from a repository elsewhere."""

from mlvc.ops.getting.elsewhere import abroad, tags_elsewhere
from mlvc.ops.getting.perform import Got, Wanted, get
from mlvc.registry.elsewhere import is_bare

__all__ = ["Got", "Wanted", "abroad", "get", "is_bare", "tags_elsewhere"]
