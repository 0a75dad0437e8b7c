"""Staffing advice."""
