"""Hours, trials and hard days, read day by day."""
