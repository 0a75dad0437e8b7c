"""What a booking is, which times there are, and what becomes of a place."""
