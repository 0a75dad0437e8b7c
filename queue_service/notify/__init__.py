"""Senders of messages: mail, webhooks and text messages."""
