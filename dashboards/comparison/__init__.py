"""Branches compared by the same mix of services."""
