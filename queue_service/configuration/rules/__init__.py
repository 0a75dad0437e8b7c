"""The differences of two configurations."""
