"""Messages to a citizen who is not in the hall: near the turn, and at the call."""
