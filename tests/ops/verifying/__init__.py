"""Tests of `mlvc verify`."""
