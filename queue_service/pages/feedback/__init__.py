"""The terminal by the door, where citizens say how it went."""
