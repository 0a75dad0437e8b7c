"""Logging in, tokens, people and screens."""
