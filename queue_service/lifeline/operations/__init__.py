"""The operations of lifelines."""
