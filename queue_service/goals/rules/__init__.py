"""Whether one inquiry met a goal's limit, and whether a share of them meets the goal."""
