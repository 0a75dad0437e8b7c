"""Tables of one subject each, with rows of their own."""
