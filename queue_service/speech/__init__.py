"""Speech that screens play: clips made on the server, the same on every machine."""
