"""A ticket from its issue to its end."""
