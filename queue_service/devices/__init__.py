"""Displays and printers: how they do."""
