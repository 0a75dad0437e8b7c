"""Tests of queue_service.language."""
