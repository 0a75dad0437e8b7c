"""Contacts without a ticket, counted beside the visits, and what all contacts come to."""
