"""Why an hour slipped."""
