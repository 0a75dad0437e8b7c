"""Feedback: citizens' answers to two questions on their way out."""
