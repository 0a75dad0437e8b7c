"""Alerts: when one begins and ends, who is notified and how."""
