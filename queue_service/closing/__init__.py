"""The end of the day, and what else happens when nobody presses anything."""
