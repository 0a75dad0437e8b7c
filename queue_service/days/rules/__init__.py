"""Day summaries, figures, shares and their intervals."""
