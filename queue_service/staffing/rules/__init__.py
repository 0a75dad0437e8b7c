"""Arrivals expected, waits at a number of counters, and what single days could bring."""
