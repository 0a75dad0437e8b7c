"""Managing endpoints, and sending to them."""
