"""The flights pipeline; `mlvc init --template flights` copies it, so it imports nothing of mlvc."""
