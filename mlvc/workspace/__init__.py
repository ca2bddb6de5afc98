"""The transaction: stage, journal, swap, recover. Knows files, neither git nor dvc."""
