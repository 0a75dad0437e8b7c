"""The weekly and monthly report of a branch: made once, kept as it was, read in either language."""
