"""Contacts without a ticket, counted in addition to the visits, and the sums of all contacts."""
