"""Registering passkeys, and logging in or confirming with them."""
