"""Counters served by video: who is called next over several branches, and how two pages connect."""
