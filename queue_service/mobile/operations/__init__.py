"""The two sides: the bus packs and sends, the central server receives."""
