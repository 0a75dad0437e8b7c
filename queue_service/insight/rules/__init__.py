"""Statistics that distinguish a difference from chance."""
