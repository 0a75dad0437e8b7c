"""How satisfied citizens are, as they say at the terminal by the door."""
