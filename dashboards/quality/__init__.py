"""What may bias the figures."""
