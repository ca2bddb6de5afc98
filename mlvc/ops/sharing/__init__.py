"""`mlvc push` and `mlvc pull`: what clones share, through a Git remote and DVC's."""

from mlvc.ops.sharing.objects import Delivered
from mlvc.ops.sharing.pulling import Pulled, pull
from mlvc.ops.sharing.pushing import Pushed, push

__all__ = ["Delivered", "Pulled", "Pushed", "pull", "push"]
