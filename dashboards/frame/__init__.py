"""Parts that the dashboards' pages share."""
