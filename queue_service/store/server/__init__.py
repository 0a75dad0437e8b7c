"""The server of the store: the embedded one, its health, and all of its data at once."""
