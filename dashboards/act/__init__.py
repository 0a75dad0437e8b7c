"""What a supervisor can change for some hours."""
