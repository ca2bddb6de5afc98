"""The flights pipeline, run as a user runs it: real git, real dvc, the real flights."""
