"""Staffing advice from stored days."""
