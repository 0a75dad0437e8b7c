"""How many counters the coming days need, from the weeks before."""
