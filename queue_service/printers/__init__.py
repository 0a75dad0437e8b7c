"""Slip printers on the network and at this machine: printing, and their state."""
