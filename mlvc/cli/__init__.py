"""The command line: one file a verb, wiring and rendering only."""

import gc

# Commands are over soon and leave few cycles, but with 10,000 files in memory the default of 700
# new objects looks for some again and again, a tenth of all time. As mypy has it.
gc.set_threshold(200_000)
