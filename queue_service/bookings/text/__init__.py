"""Words about an appointment: its letters, and its entry in a calendar."""
