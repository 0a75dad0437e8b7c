"""Authentication, permissions, and the browser's limits for a response."""
