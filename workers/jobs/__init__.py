"""The jobs. Each calls one operation, may be run twice, and may be missed for a day."""
