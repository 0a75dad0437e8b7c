"""What wants attention, and the last hour against the day."""
