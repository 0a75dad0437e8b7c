"""Numbers on paper: making sheets, and entering them afterwards."""
