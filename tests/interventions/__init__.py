"""What supervisors change for some hours."""
