"""Refusals: their statuses, their pages and their reasons in words."""
