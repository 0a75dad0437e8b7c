"""Logins of staff over the API."""
