"""Single days: what is kept of one, counted and added up, and what of it may be shown."""
