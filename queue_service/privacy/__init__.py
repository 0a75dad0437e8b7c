"""Stored data: every key, with its kind, its fields and its length; the papers written from it."""
