"""Senders of messages: mail and webhooks."""
