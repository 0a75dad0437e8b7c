"""Visits as they are kept, and what a change of one writes."""
