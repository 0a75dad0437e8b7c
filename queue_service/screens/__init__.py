"""Kiosks and displays over the API: how they do, a link for a new one, and the end of access."""
