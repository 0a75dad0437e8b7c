"""Statistics that tell a difference from chance."""
