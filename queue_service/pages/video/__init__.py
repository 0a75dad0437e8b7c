"""The two pages of a video counter: the screen in the booth, and the clerk elsewhere."""
