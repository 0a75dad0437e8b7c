"""Grafana's dashboards as code: ``python -m dashboards.grafana`` writes ``generated/*.json``.

Only this program needs the library that they are built with; the service does not.
"""
