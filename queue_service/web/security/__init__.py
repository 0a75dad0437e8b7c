"""Who is let in, what they may open, and what a browser may do with an answer."""
