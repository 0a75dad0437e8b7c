"""Real days from a file, driven through the operations at their own times."""
