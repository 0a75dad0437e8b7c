"""Lifelines: a clerk rings a specialist while the citizen sits there."""
