"""Whether something has helped."""
