"""The web processes: gunicorn's worker, its end, and the connections of open streams."""
