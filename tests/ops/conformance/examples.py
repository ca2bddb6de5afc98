"""How many random histories are made: few in CI, as many as one wants by `make conformance`."""

import os

from hypothesis import HealthCheck, settings


def examples(few: int) -> settings:
    """The settings of a test that makes `few` histories, or as many as CONFORMANCE says."""
    return settings(
        max_examples=int(os.environ.get("CONFORMANCE", few)),
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
