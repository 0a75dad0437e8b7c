"""Counters: opening and closing them, and closing the day."""
