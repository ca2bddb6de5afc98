"""`mlvc get`: one released artifact, proven, from here or from a repository elsewhere."""

from mlvc.ops.getting.elsewhere import abroad, tags_elsewhere
from mlvc.ops.getting.perform import Got, Wanted, get

__all__ = ["Got", "Wanted", "abroad", "get", "tags_elsewhere"]
