"""The kiosk: where a number is taken."""
