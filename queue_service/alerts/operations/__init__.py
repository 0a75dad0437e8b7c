"""Evaluating alerts, delivering them, subscribing."""
