"""The end of a day, and other automatic changes."""
