"""One consistent snapshot, and the board made from it."""
