"""Days as they are kept and added up, and the figures made from them."""
