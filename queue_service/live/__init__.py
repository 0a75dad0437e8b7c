"""Events to open pages."""
