"""Tests of `mlvc doctor`."""
