"""The kiosk whose slips carry a code."""

from tests.pages.kiosk.conftest import kiosk

__all__ = ["kiosk"]
