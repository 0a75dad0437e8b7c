"""The past of a branch."""
