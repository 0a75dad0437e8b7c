"""What each side does: the bus packs and sends, the central server receives."""
