"""Branches beside each other by the same mix of services."""
