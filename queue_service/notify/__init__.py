"""What sends messages: mail and webhooks."""
