"""A configuration as it is sent: its fields and what they owe each other."""
