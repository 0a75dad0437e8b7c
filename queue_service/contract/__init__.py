"""Requests and responses: declarations that both validate and document."""
