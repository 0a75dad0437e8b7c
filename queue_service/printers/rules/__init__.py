"""A slip as bytes of ESC/POS, and a printer's address and state."""
