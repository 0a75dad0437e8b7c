"""Summarising days and reading periods."""
