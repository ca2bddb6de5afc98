"""What mlvc decides, on plain values: no I/O, no git, no dvc."""
