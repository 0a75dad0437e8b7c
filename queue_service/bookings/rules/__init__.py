"""The form of a booking, the times that there are, and the changes of a booking."""
