"""The tests: a mirror of mlvc/, on real Git and DVC repositories in temporary folders."""
