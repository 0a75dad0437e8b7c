"""Bookings of a date as counts: what was booked, who came, and how soon a time was free."""
