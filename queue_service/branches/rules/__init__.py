"""The content of a configuration, and its meaning at an instant."""
