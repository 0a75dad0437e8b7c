"""How satisfied citizens are: the figures of their answers."""
