"""The specialists' page: it rings, and one key takes a call."""
