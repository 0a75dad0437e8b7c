"""How it went: what citizens answer to two questions on their way out."""
