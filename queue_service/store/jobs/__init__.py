"""Background jobs in the store: asking for one, and how they go."""
