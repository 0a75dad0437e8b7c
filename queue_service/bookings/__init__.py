"""Bookings: times of a service that citizens hold, confirm, move and cancel."""
