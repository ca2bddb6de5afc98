"""`mlvc doctor`: what is wrong with a project, why it matters and what to do."""

from mlvc.ops.diagnosing.perform import Diagnosis, diagnose

__all__ = ["Diagnosis", "diagnose"]
