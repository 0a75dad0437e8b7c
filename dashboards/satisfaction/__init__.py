"""How satisfied citizens are, by their answers at the feedback terminal."""
