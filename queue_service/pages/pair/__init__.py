"""Pairing: the page that a screen shows until an administrator has confirmed it."""
