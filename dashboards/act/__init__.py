"""The page on which a supervisor changes a branch for some hours."""
