"""A supervisor's interventions: what is changed for some hours, and taken back with one press."""
