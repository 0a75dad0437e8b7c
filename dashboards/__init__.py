"""What supervisors look at: the live board."""
