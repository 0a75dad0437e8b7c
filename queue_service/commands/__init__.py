"""One module per subcommand of `queue-service`, each with ``add_parser`` and ``run``."""
