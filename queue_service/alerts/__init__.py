"""Alerts: when one begins and ends, who hears of it and how."""
