"""What the dashboards' pages share."""
