"""`mlvc tag`: release HEAD, if it is fit to be released, under a version that explains itself."""

from mlvc.ops.tagging.making import Tagged, tag
from mlvc.ops.tagging.request import Wanted

__all__ = ["Tagged", "Wanted", "tag"]
