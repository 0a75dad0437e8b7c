"""The page of a branch for everybody who thinks of going there."""
