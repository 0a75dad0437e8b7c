"""The rules of webhooks: endpoints, cursors, messages and retries."""
