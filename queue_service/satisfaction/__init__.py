"""How satisfied citizens are: the figures of what they answered."""
