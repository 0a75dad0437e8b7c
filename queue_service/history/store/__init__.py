"""Day summaries and indices as they are kept."""
