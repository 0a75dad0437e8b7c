"""What may come in and what goes out: the declarations that both validate and document."""
