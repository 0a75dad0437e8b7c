"""What may flatter the figures."""
