"""Open alerts, and who hears of them."""
