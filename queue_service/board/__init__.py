"""The state of a branch now."""
