"""Notices for supervisors, and the last hour compared with the day."""
