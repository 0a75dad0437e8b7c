"""Calls that somebody answers: to a lifeline, and for help from a kiosk."""
