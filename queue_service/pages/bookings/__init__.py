"""The staff's pages about appointments: a day, one booking, blocked times."""

from queue_service.pages.bookings import blocks, booking, day
from queue_service.pages.bookings.frame import blueprint

__all__ = ["blocks", "blueprint", "booking", "day"]
