"""What each side does: the bus packs and sends, home receives."""
