"""The staff's pages about appointments: a day, and one booking."""

from queue_service.pages.bookings import booking, day
from queue_service.pages.bookings.frame import blueprint

__all__ = ["blueprint", "booking", "day"]
