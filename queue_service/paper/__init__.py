"""Numbers on paper for when the service is away, and entering them afterwards."""
