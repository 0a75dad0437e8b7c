"""Queue tickets and service times for citizen-service centres and libraries."""

__version__ = "0.12.0"
