"""Slip printers on the network: printing, and their state."""
