"""Clones that tag, promote, evaluate and roll back one model at once, through one remote."""
