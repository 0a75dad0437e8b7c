"""Goals: whether an inquiry was within its limit, and whether the share of them is enough."""
