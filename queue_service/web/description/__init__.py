"""The published description of the interface."""
