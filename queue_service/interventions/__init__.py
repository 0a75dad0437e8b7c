"""A supervisor's interventions: temporary changes, taken back with one press."""
