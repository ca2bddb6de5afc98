"""`mlvc eval --cluster`: evaluations on the workers of a Dask scheduler, recorded by the caller.

`evaluations` is the caller's side; `worker` is what Dask calls over there, and `job` the process
that it starts for each evaluation.
"""

from mlvc.ops.cluster.calling import evaluations

__all__ = ["evaluations"]
