"""Calls to staff, which somebody answers or misses: to a lifeline, and for help from a kiosk."""
