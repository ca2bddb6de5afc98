"""Tests of `mlvc gc`."""
