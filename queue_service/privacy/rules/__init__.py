"""Kinds of data, and the form in which a stored key is described."""
