"""Goals: whether an inquiry counts, and whether a goal is met."""
