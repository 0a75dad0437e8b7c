"""Every figure of tables."""
