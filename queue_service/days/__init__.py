"""Single days: the stored counts of one, their sums, and the part that may be published."""
