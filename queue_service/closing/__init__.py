"""The end of the day, and other automatic changes."""
