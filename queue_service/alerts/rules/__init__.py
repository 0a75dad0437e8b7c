"""Causes, alerts, subscriptions and deliveries."""
