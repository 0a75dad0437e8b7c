"""Texts in the reader's language, and instants as text."""
