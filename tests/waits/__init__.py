"""The regression of waits: its rows, its fit, and when it is used."""
