"""What a configuration says, and what it makes of an instant."""
