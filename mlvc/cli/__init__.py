"""The command line: one file a verb, wiring and rendering only."""
